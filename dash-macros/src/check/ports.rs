//! Checks of what starts a callback and what it writes.

use std::collections::HashSet;

use proc_macro2::Span;
use syn::ReturnType;

use crate::{
    diag::Faults,
    model::{Callback, Param, Read, Scope},
    syntax::{
        callback::{Hook, Refused},
        field_type,
        port::Port,
    },
};

/// The library implements returned tuples up to this size.
pub(super) const MOST_OUTPUTS: usize = 12;

/// All checks of one callback's wiring that apply to complete input.
pub(crate) fn run(callback: &Callback, faults: &mut Faults) {
    nothing_twice(callback, faults);
    not_too_many_outputs(callback, faults);
    one_of_each_borrow(callback, faults);
    hooks(callback, faults);
}

/// A clock belongs to all clients, so a private callback has none.
pub(crate) fn every(scope: Scope, key: Span, faults: &mut Faults) -> Option<()> {
    if scope == Scope::Private {
        faults.at(
            key,
            "a `#[callback]` runs for one client, and a clock belongs to no client: `#[callback_shared(every = ..)]` runs once for all",
        );
        return None;
    }
    Some(())
}

/// A value of one client is no set-point of the device that all see.
pub(crate) fn revert_is_shared(scope: Scope, refused: Option<(Span, Refused)>, faults: &mut Faults) -> bool {
    let reverts = refused.filter(|(_, refused)| *refused == Refused::Revert);
    if let (Some((key, _)), Scope::Private) = (reverts, scope) {
        faults.at(
            key,
            "`refused = revert` restores a value that all clients see, and a `#[callback]` runs for one client: leave it out, or write `#[callback_shared(..)]`",
        );
    }
    reverts.is_some()
}

/// Only an `Err` refuses a value. Another type than nothing may be an alias of `Result`.
pub(crate) fn revert_can_happen(revert: Option<Span>, output: &ReturnType, faults: &mut Faults) {
    if let (Some(key), ReturnType::Default) = (revert, output) {
        faults.at(
            key,
            "this function returns nothing, so it never refuses a value: return `Result<(), String>`, or leave `refused` out",
        );
    }
}

/// Skip this check if a part of the input could not be parsed.
pub(crate) fn when_has_a_clock(when: Option<Span>, every: bool, faults: &mut Faults) {
    if let (Some(key), false) = (when, every) {
        faults.at(
            key,
            "`when = watched` is about the clock, and there is none: write `every = \"1s\"` beside it, in a `#[callback_shared(..)]`, or leave `when` out",
        );
    }
}

/// Skip this check if a part of the input could not be parsed.
pub(crate) fn inputs_are_checked(callback: &Callback, key: Option<Span>, faults: &mut Faults) {
    let Some(key) = key else { return };
    if !callback.reads().any(|read| read.starts) {
        faults.at(key, "`check` decides about the values of inputs, and there is none: write `#[input(Ui::slider.value)]` before a parameter, or leave `check` out");
    } else if callback.list().is_some() || callback.reads().any(|read| read.port.is_all()) {
        faults.at(
            key,
            "a callback on the rows of a list cannot have a `check`: return an `Err` from it, with `refused = revert`",
        );
    }
}

/// A callback is no part of an `impl`, so nothing is called `Self` there.
pub(crate) fn no_self(callback: &Callback, faults: &mut Faults) {
    for port in callback.ports() {
        let Some(word) = port.dashboard().get_ident().filter(|word| *word == "Self").cloned() else { continue };
        let text = port.text();
        let right = text.replacen("Self", "Ui", 1);
        faults.at(
            word.span(),
            format!("a callback stands outside of every `impl`, so it names the struct itself: `{right}`, if the struct is called `Ui`"),
        );
    }
}

/// A property that is revealed is one that the callback reads. Skip this check if a part of the input could not be parsed.
pub(crate) fn reveals_what_it_reads(callback: &Callback, faults: &mut Faults) {
    let read: HashSet<String> = callback
        .reads()
        .map(|read| &read.port)
        .chain(&callback.on)
        .flat_map(Port::each)
        .map(|port| port.template())
        .collect();
    for port in &callback.reveals {
        if let Some(other) = port.each().into_iter().find(|port| !read.contains(&port.template())) {
            faults.on(
                port,
                format!(
                    "`{}` does not read `{}`, so it cannot show it: name what it reads, or leave this out",
                    callback.name,
                    other.text()
                ),
            );
        }
    }
}

/// Skip this check if a part of the input could not be parsed: the missing key may be misspelt.
pub(crate) fn something_starts_it(callback: &Callback, starts: bool, faults: &mut Faults) {
    if starts || !callback.on.is_empty() || !callback.hooks.is_empty() {
        return;
    }
    let name = &callback.name;
    let every = if callback.scope == Scope::Shared { ", or `every = \"1s\"` there" } else { "" };
    // A plain value can come from a property only.
    let value = callback.params.iter().find_map(|param| match param {
        Param::Extract(ty) if field_type::is_value(ty) => Some(ty),
        _ => None,
    });
    if let Some(ty) = value {
        faults.on(
            ty,
            format!(
                "nothing gives this parameter a value, and nothing starts `{name}`: write `#[input(Ui::slider.value)]` before the parameter, or `#[state(..)]` there and `on = Ui::button.click` in the attribute"
            ),
        );
        return;
    }
    faults.at(
        name.span(),
        format!(
            "nothing starts `{name}`: write `#[input(Ui::slider.value)]` before a parameter, or `on = Ui::button.click` in the attribute{every}"
        ),
    );
}

/// Skip this check if a part of the input could not be parsed.
pub(crate) fn transport_has_something_to_carry(callback: &Callback, key: Option<Span>, faults: &mut Faults) {
    let Some(key) = key else { return };
    if callback.on.is_empty() && !callback.reads().any(|read| read.starts) {
        faults.at(
            key,
            format!(
                "`transport` says how browsers send what starts `{}`, and none of it comes from a browser: leave the key out",
                callback.name
            ),
        );
    }
}

/// `needs` and `lifespan` are about commands, and a command sets a property. Skip this check if a part of the input could
/// not be parsed.
pub(crate) fn commands_start_it(
    callback: &Callback,
    needs: Option<Span>,
    lifespan: Option<Span>,
    under: Option<Span>,
    faults: &mut Faults,
) {
    if !callback.on.is_empty() || callback.reads().any(|read| read.starts) {
        return;
    }
    let keys = [
        (needs, "`needs` is about commands that start"),
        (lifespan, "`lifespan` is the largest age of a command that starts"),
        (under, "`under` is about commands that start"),
    ];
    for (key, about) in keys {
        if let Some(key) = key {
            faults.at(key, format!("{about} `{}`, and no property starts it: leave the key out", callback.name));
        }
    }
}

/// Skip this check if a part of the input could not be parsed.
pub(crate) fn outputs_are_returned(callback: &Callback, output: &ReturnType, faults: &mut Faults) {
    if !matches!(output, ReturnType::Default) {
        return;
    }
    let name = &callback.name;
    if let Some(port) = callback.alternates.first() {
        faults.at(
            name.span(),
            format!(
                "`{name}` returns nothing, but `{}` is its alternate: return a `Result`, whose `Err` is written there, or leave `alternate` out",
                port.text()
            ),
        );
    } else if let Some(port) = callback.outputs.first() {
        faults.at(
            name.span(),
            format!(
                "`{name}` returns nothing, but `{}` is its output: return the value, or leave `output` out",
                port.text()
            ),
        );
    }
}

fn nothing_twice(callback: &Callback, faults: &mut Faults) {
    for (ports, what) in [(&callback.outputs, "an output"), (&callback.alternates, "an alternate")] {
        let mut seen = HashSet::new();
        for port in ports {
            if let Some(again) = taken(&mut seen, port) {
                faults.on(port, format!("`{again}` is {what} already"));
            }
        }
    }
    let mut written: HashSet<String> = callback.writes().iter().map(Port::text).collect();
    for port in callback.live() {
        if let Some(again) = taken(&mut written, port) {
            faults.on(port, format!("this callback writes `{again}` already"));
        }
    }
    let mut starts: HashSet<String> =
        callback.reads().filter(|read| read.starts).flat_map(|read| texts(&read.port)).collect();
    for port in &callback.on {
        if let Some(again) = taken(&mut starts, port) {
            faults.on(port, format!("`{again}` starts this callback already"));
        }
    }
    let mut cancels = HashSet::new();
    for port in &callback.cancels {
        if let Some(start) = texts(port).find(|text| starts.contains(text)) {
            faults.on(port, format!("`{start}` starts this callback, so it cannot cancel it as well"));
        } else if let Some(again) = taken(&mut cancels, port) {
            faults.on(port, format!("`{again}` cancels this callback already"));
        }
    }
    let mut reads: HashSet<String> = HashSet::new();
    for Read { port, .. } in callback.reads() {
        if let Some(again) = taken(&mut reads, port) {
            faults.on(port, format!("`{again}` is a parameter already: use that one"));
        }
    }
}

/// The text of each property that the port names.
fn texts(port: &Port) -> impl Iterator<Item = String> {
    port.each().into_iter().map(|port| port.text())
}

/// Adds the names of the port to `seen`. Returns the first name that it already contained.
fn taken(seen: &mut HashSet<String>, port: &Port) -> Option<String> {
    texts(port).filter(|text| !seen.insert(text.clone())).collect::<Vec<_>>().into_iter().next()
}

/// Checks the words in `on = ..`. Each occurs once, `start` is shared, `session` is private, and a private callback with
/// only `disconnect` has no output.
fn hooks(callback: &Callback, faults: &mut Faults) {
    let mut seen = Vec::new();
    for (span, hook) in &callback.hooks {
        let word = hook.word();
        if seen.contains(hook) {
            faults.at(*span, format!("`{word}` starts this callback already"));
        }
        seen.push(*hook);
        if *hook == Hook::Start && callback.scope == Scope::Private {
            faults.at(
                *span,
                "the start of the dashboard belongs to no client: `on = connect` runs a `#[callback]` for each client that connects, `#[callback_shared(on = start)]` runs once",
            );
        }
        if *hook == Hook::Session && callback.scope == Scope::Shared {
            faults.at(
                *span,
                "a session belongs to a client, and this callback runs for all of them: make it a `#[callback(on = session)]`",
            );
        }
    }
    let only_gone = seen == [Hook::Disconnect] && callback.on.is_empty() && !callback.reads().any(|read| read.starts);
    if let (true, Scope::Private, Some(port)) = (only_gone, callback.scope, callback.outputs.first()) {
        faults.on(
            port,
            format!(
                "the client is gone, and no other client would see `{}`: leave `output` out, or make this a `#[callback_shared(on = disconnect)]`",
                port.text()
            ),
        );
    }
}

fn not_too_many_outputs(callback: &Callback, faults: &mut Faults) {
    for (ports, what) in [(&callback.outputs, "outputs"), (&callback.alternates, "alternates")] {
        if let Some(port) = ports.get(MOST_OUTPUTS) {
            faults.on(port, format!("a callback has at most {MOST_OUTPUTS} {what}: write two callbacks"));
        }
    }
}

fn one_of_each_borrow(callback: &Callback, faults: &mut Faults) {
    let devices = callback.params.iter().filter_map(|param| match param {
        Param::Device(ty) => Some(ty),
        _ => None,
    });
    for ty in devices.skip(1) {
        faults.on(
            ty,
            "a callback borrows one device: borrow the whole struct that has both, or mark the client's session with `#[session]`",
        );
    }
    let sessions = callback.params.iter().filter_map(|param| match param {
        Param::Session(ty) => Some(ty),
        _ => None,
    });
    for ty in sessions.skip(1) {
        faults.on(ty, "there is one session per client: leave this parameter out");
    }
}
