//! The keys of `#[callback(..)]` and `#[callback_shared(..)]`.

use std::time::Duration;

use proc_macro2::{Ident, Span, TokenStream};
use syn::{Expr, Lit, LitBool, LitStr, Path, Token, ext::IdentExt, parse::ParseStream, token};

use super::{
    args, duration,
    path::Place,
    port::{self, Port, ports, several},
    rights,
};
use crate::{diag::Faults, suggest};

/// All keys, for suggestions.
const KEYS: [&str; 18] = [
    "on",
    "output",
    "alternate",
    "running",
    "cancel",
    "every",
    "when",
    "queue",
    "initial",
    "deadline",
    "lifespan",
    "on_error",
    "refused",
    "transport",
    "needs",
    "reveals",
    "under",
    "check",
];

/// The arguments of the attribute.
#[derive(Debug, Default)]
pub(crate) struct CallbackArgs {
    /// `on = ..`: what starts the callback without being a parameter.
    pub(crate) on: Option<On>,
    /// `output = ..`
    pub(crate) output: Option<Vec<Port>>,
    /// `alternate = ..`
    pub(crate) alternate: Option<Vec<Port>>,
    /// `every = ..`, and the span of the key.
    pub(crate) every: Option<(Span, Every)>,
    /// `when = watched`: the span of the key.
    pub(crate) watched: Option<Span>,
    /// `queue = ..`
    pub(crate) queue: Option<Queue>,
    /// `initial = ..`
    pub(crate) initial: Option<bool>,
    /// `running(..)`
    pub(crate) running: Option<Vec<Guard>>,
    /// `cancel = ..`
    pub(crate) cancel: Option<Vec<Port>>,
    /// `deadline = ..`
    pub(crate) deadline: Option<Duration>,
    /// `lifespan = ..`
    pub(crate) lifespan: Option<Duration>,
    /// `on_error = ..`
    pub(crate) on_error: Option<Path>,
    /// `refused = ..`, and the span of the key.
    pub(crate) refused: Option<(Span, Refused)>,
    /// `transport = ..`, and the span of the key.
    pub(crate) transport: Option<(Span, Transport)>,
    /// `needs = ..`, and the span of the key.
    pub(crate) needs: Option<(Span, Expr)>,
    /// `reveals = ..`
    pub(crate) reveals: Option<Vec<Port>>,
    /// `check = ..`, with the span of the key
    pub(crate) check: Option<(Span, Path)>,
    /// `under = ..`, with the span of the key
    pub(crate) under: Option<(Span, Vec<Place>)>,
    /// The span of the key `lifespan`.
    pub(crate) lifespan_key: Option<Span>,
    /// Whether a key could not be parsed. A key that seems to be missing may then be misspelt.
    pub(crate) incomplete: bool,
}

/// What `on = ..` names.
#[derive(Debug, Default)]
pub(crate) struct On {
    pub(crate) ports: Vec<Port>,
    /// With the span of the word.
    pub(crate) hooks: Vec<(Span, Hook)>,
}

/// A cause that starts a callback and is not a property.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hook {
    /// The dashboard starts.
    Start,
    /// A client has connected.
    Connect,
    /// A client has gone.
    Disconnect,
    /// The table of clients has changed.
    Clients,
    /// The session of the client has changed.
    Session,
}

impl Hook {
    /// The word in the source.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Connect => "connect",
            Self::Disconnect => "disconnect",
            Self::Clients => "clients",
            Self::Session => "session",
        }
    }
}

/// `Ui::go.disabled = true` in `running(..)`
#[derive(Debug)]
pub(crate) struct Guard {
    pub(crate) port: Port,
    /// The property's value while the callback runs.
    pub(crate) value: Expr,
}

/// `every = ..`
#[derive(Debug)]
pub(crate) enum Every {
    /// `"100ms"`
    Fixed(Duration),
    /// `Ui::period.value`
    Prop(Port),
}

/// `queue = ..`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Queue {
    /// The newest value replaces the waiting one.
    Latest,
    /// Each value is kept.
    All,
    /// Commands that arrive during a run are refused.
    Skip,
}

/// `refused = ..`: what becomes of a value that a failed run was started by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refused {
    /// It stays, with a mark.
    Keep,
    /// The value before it takes effect again.
    Revert,
}

/// `transport = ..`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Transport {
    /// Through the page's socket.
    Socket,
    /// By one HTTP request per command.
    Http,
}

impl CallbackArgs {
    /// The properties that the attribute names, except the one with the period.
    pub(crate) fn ports(&self) -> impl Iterator<Item = &Port> {
        let lists = [self.on.as_ref().map(|on| &on.ports), self.output.as_ref(), self.alternate.as_ref()];
        let guards = self.running.iter().flatten().map(|guard| &guard.port);
        lists.into_iter().flatten().flatten().chain(guards)
    }
}

/// Parses all keys. A key that cannot be parsed adds a fault and is left out.
pub(crate) fn parse(tokens: TokenStream, faults: &mut Faults) -> CallbackArgs {
    let mut args = CallbackArgs::default();
    args::list(tokens, faults, |input, faults| {
        let parsed = entry(input, &mut args, faults);
        args.incomplete |= parsed.is_err();
        parsed
    });
    args.incomplete |= !faults.is_empty();
    args
}

fn entry(input: ParseStream<'_>, args: &mut CallbackArgs, faults: &mut Faults) -> syn::Result<()> {
    if input.peek2(Token![::]) || input.peek2(Token![.]) {
        let port = Port::several(input)?;
        let text = port.text();
        return Err(syn::Error::new_spanned(
            port,
            format!(
                "a property is written with a key: `output = {text}` writes what the function returns to it, `on = {text}` runs the function when it changes"
            ),
        ));
    }
    if input.peek(LitStr) {
        let text: LitStr = input.parse()?;
        let name = port::unquoted(&text.value());
        return Err(syn::Error::new(
            text.span(),
            format!("a property is written with its key and without quotes: `output = {name}`"),
        ));
    }
    let key = args::key(input, "output = Ui::readout.text")?;
    match key.to_string().as_str() {
        "on" => {
            args::equals(input, &key, "on = Ui::button.click")?;
            args::set(&mut args.on, &key, on(input, faults)?, faults);
        }
        "output" => {
            args::equals(input, &key, "output = Ui::readout.text")?;
            args::set(&mut args.output, &key, ports(input, faults)?, faults);
        }
        "alternate" => {
            args::equals(input, &key, "alternate = Ui::message.text")?;
            args::set(&mut args.alternate, &key, ports(input, faults)?, faults);
        }
        "every" => {
            args::equals(input, &key, "every = \"100ms\"")?;
            args::set(&mut args.every, &key, (key.span(), every(input)?), faults);
        }
        "when" => {
            args::equals(input, &key, "when = watched")?;
            when(input)?;
            args::set(&mut args.watched, &key, key.span(), faults);
        }
        "queue" => {
            args::equals(input, &key, "queue = latest")?;
            args::set(&mut args.queue, &key, queue(input)?, faults);
        }
        "initial" => {
            args::equals(input, &key, "initial = false")?;
            args::set(&mut args.initial, &key, initial(input)?, faults);
        }
        "running" => {
            let guards = running(input, &key, faults)?;
            args::set(&mut args.running, &key, guards, faults);
        }
        "cancel" => {
            args::equals(input, &key, "cancel = Ui::stop.click")?;
            args::set(&mut args.cancel, &key, ports(input, faults)?, faults);
        }
        "deadline" => {
            args::equals(input, &key, "deadline = \"10s\"")?;
            args::set(&mut args.deadline, &key, time(input, "deadline", "10s")?, faults);
        }
        "lifespan" => {
            args::equals(input, &key, "lifespan = \"2s\"")?;
            args.lifespan_key = Some(key.span());
            args::set(&mut args.lifespan, &key, time(input, "lifespan", "2s")?, faults);
        }
        "on_error" => {
            args::equals(input, &key, "on_error = report")?;
            args::set(&mut args.on_error, &key, function(input, "on_error = report", "a `&Failure`")?, faults);
        }
        "refused" => {
            args::equals(input, &key, "refused = revert")?;
            args::set(&mut args.refused, &key, (key.span(), refused(input)?), faults);
        }
        "transport" => {
            args::equals(input, &key, "transport = http")?;
            args::set(&mut args.transport, &key, (key.span(), transport(input)?), faults);
        }
        "needs" => {
            args::equals(input, &key, "needs = Role::Operator")?;
            let role: Expr = input.parse()?;
            rights::not_a_text(&role, "needs = Role::Operator")?;
            args::set(&mut args.needs, &key, (key.span(), role), faults);
        }
        "reveals" => {
            args::equals(input, &key, "reveals = Ui::key.text")?;
            args::set(&mut args.reveals, &key, ports(input, faults)?, faults);
        }
        "check" => {
            args::equals(input, &key, "check = is_allowed")?;
            let check = function(input, "check = is_allowed", "the inputs and states of the callback")?;
            args::set(&mut args.check, &key, (key.span(), check), faults);
        }
        "under" => {
            args::equals(input, &key, "under = Ui::drive")?;
            let mut places = Vec::new();
            several(input, faults, &mut |input| {
                places.push(port::gate(input)?);
                Ok(())
            })?;
            args::set(&mut args.under, &key, (key.span(), places), faults);
        }
        other => return Err(syn::Error::new(key.span(), unknown(other))),
    }
    Ok(())
}

fn on(input: ParseStream<'_>, faults: &mut Faults) -> syn::Result<On> {
    let mut on = On::default();
    several(input, faults, &mut |input| {
        match hook(input)? {
            Some(hook) => on.hooks.push(hook),
            None => on.ports.push(Port::several(input)?),
        }
        Ok(())
    })?;
    Ok(on)
}

/// A bare word such as `connect`. Consumes nothing if the input is something else.
fn hook(input: ParseStream<'_>) -> syn::Result<Option<(Span, Hook)>> {
    const HOOKS: [Hook; 5] = [Hook::Start, Hook::Connect, Hook::Disconnect, Hook::Clients, Hook::Session];
    let is_path = input.peek2(Token![::]) || input.peek2(Token![.]) || input.peek2(token::Bracket);
    if is_path || !input.peek(Ident::peek_any) {
        return Ok(None);
    }
    let word = input.fork().call(Ident::parse_any)?;
    let written = word.to_string();
    if let Some(hook) = HOOKS.into_iter().find(|hook| hook.word() == written) {
        input.call(Ident::parse_any)?;
        return Ok(Some((word.span(), hook)));
    }
    match suggest::nearest(&written, HOOKS.map(Hook::word)) {
        Some(near) => {
            Err(syn::Error::new(word.span(), format!("nothing is called `{written}` here; did you mean `{near}`?")))
        }
        None => Ok(None),
    }
}

fn every(input: ParseStream<'_>) -> syn::Result<Every> {
    if input.peek(Lit) {
        return time(input, "every", "100ms").map(Every::Fixed);
    }
    // `Duration::from_secs(1)`
    if let Ok(path) = input.fork().call(Path::parse_mod_style) {
        let ahead = input.fork();
        let is_call = ahead.call(Path::parse_mod_style).is_ok() && ahead.peek(token::Paren);
        if is_call {
            return Err(syn::Error::new_spanned(
                path,
                "a time is written in quotes, with its unit: `every = \"100ms\"`",
            ));
        }
    }
    input.parse().map(Every::Prop)
}

/// A time in quotes: the value of `key`. `example` is one that fits the key.
pub(super) fn time(input: ParseStream<'_>, key: &str, example: &str) -> syn::Result<Duration> {
    if !input.peek(Lit) {
        return Err(input.error(format!("a time is written in quotes, with its unit: `{key} = \"{example}\"`")));
    }
    match input.parse()? {
        Lit::Str(text) => duration::parse(&text.value()).map_err(|why| syn::Error::new(text.span(), why)),
        other => {
            let written = quote::quote!(#other).to_string();
            // The compiler sees `100ms` without quotes as one literal.
            let proposed = if duration::parse(&written).is_ok() { written } else { example.to_owned() };
            Err(syn::Error::new(
                other.span(),
                format!("a time is written in quotes, with its unit: `{key} = \"{proposed}\"`"),
            ))
        }
    }
}

/// `watched`, the only allowed word.
fn when(input: ParseStream<'_>) -> syn::Result<()> {
    let word = word(input, &["watched"])?;
    if word == "watched" {
        return Ok(());
    }
    let advice = match suggest::nearest(&word.to_string(), ["watched"]) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "without `when` the clock always runs; with `when = watched` it runs while a page is visible or a program subscribes".to_owned(),
    };
    Err(syn::Error::new(word.span(), format!("there is no `when = {word}`; {advice}")))
}

fn queue(input: ParseStream<'_>) -> syn::Result<Queue> {
    const WORDS: [&str; 3] = ["latest", "all", "skip"];
    let word = word(input, &WORDS)?;
    match word.to_string().as_str() {
        "latest" => Ok(Queue::Latest),
        "all" => Ok(Queue::All),
        "skip" => Ok(Queue::Skip),
        other => Err(syn::Error::new(
            word.span(),
            format!(
                "there is no queue `{other}`; {}",
                match suggest::nearest(other, WORDS) {
                    Some(word) => format!("did you mean `{word}`?"),
                    None => "`latest` keeps the newest value that waits, `all` keeps every one, `skip` refuses what comes during a run"
                        .to_owned(),
                }
            ),
        )),
    }
}

fn refused(input: ParseStream<'_>) -> syn::Result<Refused> {
    const WORDS: [&str; 2] = ["keep", "revert"];
    let word = word(input, &WORDS)?;
    match word.to_string().as_str() {
        "keep" => Ok(Refused::Keep),
        "revert" => Ok(Refused::Revert),
        other => Err(syn::Error::new(
            word.span(),
            format!(
                "`refused` is `keep` or `revert`, not `{other}`; {}",
                match suggest::nearest(other, WORDS) {
                    Some(word) => format!("did you mean `{word}`?"),
                    None => "`keep` leaves a value that the device has refused, with a mark; `revert` restores the value before it"
                        .to_owned(),
                }
            ),
        )),
    }
}

fn transport(input: ParseStream<'_>) -> syn::Result<Transport> {
    const WORDS: [&str; 2] = ["socket", "http"];
    let word = word(input, &WORDS)?;
    match word.to_string().as_str() {
        "socket" => Ok(Transport::Socket),
        "http" => Ok(Transport::Http),
        other => Err(syn::Error::new(
            word.span(),
            format!(
                "there is no transport `{other}`; {}",
                match suggest::nearest(other, WORDS) {
                    Some(word) => format!("did you mean `{word}`?"),
                    None => "`socket` is the page's WebSocket, `http` a request for each command".to_owned(),
                }
            ),
        )),
    }
}

/// Expects one of `words`, and returns any identifier.
fn word(input: ParseStream<'_>, words: &[&str]) -> syn::Result<Ident> {
    if input.peek(LitStr) {
        let text: LitStr = input.parse()?;
        return Err(syn::Error::new(text.span(), format!("write the word without quotes: {}", suggest::one_of(words))));
    }
    if !input.peek(Ident::peek_any) {
        return Err(input.error(format!("expected {}", suggest::one_of(words))));
    }
    input.call(Ident::parse_any)
}

fn initial(input: ParseStream<'_>) -> syn::Result<bool> {
    if input.peek(LitBool) {
        return Ok(input.parse::<LitBool>()?.value);
    }
    Err(input.error("expected `true` or `false`: `initial = false` lets the callback wait for the first change"))
}

fn running(input: ParseStream<'_>, key: &Ident, faults: &mut Faults) -> syn::Result<Vec<Guard>> {
    const EXAMPLE: &str = "`running(Ui::go.disabled = true)`";
    if !input.peek(token::Paren) {
        return Err(syn::Error::new(
            key.span(),
            format!("`running` names a property and the value that it has while the callback runs: {EXAMPLE}"),
        ));
    }
    let content;
    syn::parenthesized!(content in input);
    let mut guards = Vec::new();
    let mut any = false;
    args::entries(&content, faults, &mut |input, _| {
        any = true;
        if input.peek(token::Paren) {
            return Err(input.error(format!("a property and its value are written with `=`: {EXAMPLE}")));
        }
        let port: Port = input.parse()?;
        if input.peek(Token![==]) {
            return Err(input.error(format!(
                "the value that the property has while the callback runs is written with one `=`: {EXAMPLE}"
            )));
        }
        if !input.peek(Token![=]) {
            let text = port.text();
            return Err(syn::Error::new_spanned(
                port,
                format!("`{text}` needs the value that it has while the callback runs, as in {EXAMPLE}"),
            ));
        }
        input.parse::<Token![=]>()?;
        if input.is_empty() || input.peek(Token![,]) {
            let text = port.text();
            return Err(syn::Error::new_spanned(
                port,
                format!("`{text}` needs the value that it has while the callback runs, as in {EXAMPLE}"),
            ));
        }
        guards.push(Guard { port, value: input.parse()? });
        Ok(())
    });
    if !any {
        return Err(syn::Error::new(
            key.span(),
            format!("`running` names a property and the value that it has while the callback runs: {EXAMPLE}"),
        ));
    }
    Ok(guards)
}

/// A function by its path, as in `example`.
fn function(input: ParseStream<'_>, example: &str, takes: &str) -> syn::Result<Path> {
    if input.peek(LitStr) {
        let text: LitStr = input.parse()?;
        let key = example.split(' ').next().unwrap_or_default();
        let why = match text.parse::<Path>() {
            Ok(_) => format!("a function is named without quotes: `{key} = {}`", text.value()),
            Err(_) => format!("a function is named without quotes: `{example}`"),
        };
        return Err(syn::Error::new(text.span(), why));
    }
    if !(input.peek(Ident::peek_any) || input.peek(Token![::])) {
        return Err(input.error(format!("expected the name of a function that takes {takes}: `{example}`")));
    }
    let path: Path = input.parse()?;
    if input.peek(token::Paren) {
        return Err(
            input.error(format!("the function is named here, and not called: `{example}`, without parentheses"))
        );
    }
    Ok(path)
}

/// Advice for an unknown key: what the user probably wanted.
fn unknown(key: &str) -> String {
    let advice = match key.to_lowercase().as_str() {
        "output" | "outputs" | "target" | "returns" | "writes" => {
            "the property that the function writes is `output = Ui::readout.text`"
        }
        "prevent_initial_call" | "prevent_initial_calls" => {
            "a callback that waits for the first change has `initial = false`"
        }
        "throttle" | "debounce" | "throttle_ms" => {
            "how often a browser sends a value is said at the input: `#[input(Ui::slider.value, throttle = \"50ms\")]`"
        }
        "input" | "inputs" => {
            "an input is a parameter: write `#[input(Ui::slider.value)]` before it in the list of parameters"
        }
        "state" | "states" => {
            "a state is a parameter: write `#[state(Ui::slider.value)]` before it in the list of parameters"
        }
        "progress" => {
            "progress is a parameter: write `#[progress(Ui::bar.value)]` before a `ProgressSink<f64>` in the list of parameters"
        }
        "session" => "the session is a parameter: `#[session] session: &mut Session`",
        "trigger" | "triggers" | "event" | "events" | "click" | "on_click" | "onclick" | "on_change" | "on_event" => {
            "what starts the callback without being a parameter is `on = Ui::button.click`"
        }
        "interval" | "period" | "timer" | "rate" | "schedule" | "repeat" => {
            "what makes it run by itself is `every = \"100ms\"`"
        }
        "key" | "row" | "rows" => {
            "the key of a row is a parameter: `#[key] key: u32`, and its properties are `Ui::lamps[key].on.on`"
        }
        "expires" | "max_age" | "ttl" => "the largest age of a command that starts the callback is `lifespan = \"2s\"`",
        "timeout" | "patience" => {
            "the time after which a run or a silent source is marked is `deadline = \"10s\"`; it does not end the run"
        }
        "watched" | "visible" => {
            "write `when = watched` beside `every`: the clock then runs only while a page is visible or a program subscribes"
        }
        "role" | "roles" | "rights" | "requires" => {
            "the role that a command that starts the callback needs is `needs = Role::Operator`"
        }
        "shared" => "a callback that all clients share is `#[callback_shared(..)]`",
        _ => return format!("there is no key `{key}` here; {}", suggest::did_you_mean(key, &KEYS)),
    };
    format!("there is no key `{key}` here; {advice}")
}
