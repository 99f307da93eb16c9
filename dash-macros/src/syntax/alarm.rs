//! The condition of an `alarm(..)` in `bindings![..]`: `above = 0.8, hysteresis = 0.05, after = "2s"`.

use std::time::Duration;

use proc_macro2::{Ident, Span};
use syn::{Expr, LitStr, Path, Token, parse::ParseStream, token};

use super::{args, duration, port::Port};
use crate::{diag::Faults, suggest};

/// When an alarm is raised, and how.
#[derive(Debug)]
pub(crate) struct Condition {
    pub(crate) when: When,
    pub(crate) after: Duration,
    pub(crate) severity: Option<Expr>,
    pub(crate) detail: Option<LitStr>,
    pub(crate) latched: bool,
}

/// When the cause of an alarm is there.
#[allow(
    clippy::large_enum_variant,
    reason = "the size of a token depends on a feature of proc-macro2, and there is one value for each alarm"
)]
#[derive(Debug)]
pub(crate) enum When {
    /// `above = 0.8`, `below = Ui::limit.value`, with a hysteresis
    Beyond { word: &'static str, limit: Limit, hysteresis: Option<Expr> },
    /// `equals = true`
    Equals(Expr),
    /// `missing`
    Missing,
}

/// A number, or the property that has it.
#[derive(Debug)]
pub(crate) enum Limit {
    Fixed(Expr),
    Prop(Port),
}

impl Condition {
    /// The property that the limit is, if it is one.
    pub(crate) const fn limit(&self) -> Option<&Port> {
        match &self.when {
            When::Beyond { limit: Limit::Prop(port), .. } => Some(port),
            _ => None,
        }
    }
}

const KEYS: [&str; 9] = ["above", "below", "equals", "missing", "hysteresis", "after", "severity", "detail", "latched"];

#[derive(Default)]
struct Found {
    when: Option<When>,
    hysteresis: Option<Expr>,
    hysteresis_at: Option<Span>,
    after: Option<Duration>,
    severity: Option<Expr>,
    detail: Option<LitStr>,
    latched: Option<()>,
}

/// Parses what follows the text of the alarm. `close` is the closing parenthesis of the entry.
pub(crate) fn condition(input: ParseStream<'_>, close: Span, faults: &mut Faults) -> syn::Result<Condition> {
    let mut found = Found::default();
    let before = faults.count();
    args::entries(input, faults, &mut |input, faults| one(input, &mut found, faults));
    let Found { when, hysteresis, hysteresis_at, after, severity, detail, latched } = found;
    let Some(mut when) = when else {
        if faults.count() > before {
            // What was meant as the condition may be among the faults.
            return Ok(Condition {
                when: When::Missing,
                after: Duration::ZERO,
                severity: None,
                detail: None,
                latched: false,
            });
        }
        return Err(syn::Error::new(
            close,
            "say when there is an alarm: `above = 0.8`, `below = 0.1`, `equals = true` or `missing`",
        ));
    };
    match (&mut when, hysteresis) {
        (When::Beyond { hysteresis: slot, .. }, given) => *slot = given,
        (When::Equals(_) | When::Missing, Some(_)) => faults.at(
            hysteresis_at.unwrap_or(close),
            "a hysteresis belongs to a limit, `above = ..` or `below = ..`: leave it out".to_owned(),
        ),
        _ => {}
    }
    let after = after.unwrap_or_default();
    Ok(Condition { when, after, severity, detail, latched: latched.is_some() })
}

fn one(input: ParseStream<'_>, found: &mut Found, faults: &mut Faults) -> syn::Result<()> {
    let key = args::key(input, "above = 0.8")?;
    let when = match key.to_string().as_str() {
        word @ ("above" | "below") => {
            let (word, example) = if word == "above" { ("above", "above = 0.8") } else { ("below", "below = 0.1") };
            args::equals(input, &key, example)?;
            let limit = match no_text(input, word, faults)? {
                Some(instead) => Limit::Fixed(instead),
                None => limit(input)?,
            };
            When::Beyond { word, limit, hysteresis: None }
        }
        "equals" => {
            args::equals(input, &key, "equals = true")?;
            When::Equals(input.parse()?)
        }
        "missing" => {
            flag(input, &key)?;
            When::Missing
        }
        "hysteresis" => {
            args::equals(input, &key, "hysteresis = 0.05")?;
            found.hysteresis_at = Some(key.span());
            let hysteresis = match no_text(input, "hysteresis", faults)? {
                Some(instead) => instead,
                None => input.parse()?,
            };
            args::set(&mut found.hysteresis, &key, hysteresis, faults);
            return Ok(());
        }
        "after" => {
            args::equals(input, &key, "after = \"2s\"")?;
            let text: LitStr = input
                .parse()
                .map_err(|error| syn::Error::new(error.span(), "a time is written in quotes: `after = \"2s\"`"))?;
            let after = duration::parse(&text.value()).map_err(|why| syn::Error::new(text.span(), why))?;
            args::set(&mut found.after, &key, after, faults);
            return Ok(());
        }
        "severity" => {
            args::equals(input, &key, "severity = Severity::Low")?;
            args::set(&mut found.severity, &key, input.parse()?, faults);
            return Ok(());
        }
        "detail" => {
            args::equals(input, &key, "detail = \"limit {} bar\"")?;
            args::set(&mut found.detail, &key, input.parse()?, faults);
            return Ok(());
        }
        "latched" => {
            flag(input, &key)?;
            args::set(&mut found.latched, &key, (), faults);
            return Ok(());
        }
        other => {
            return Err(syn::Error::new(
                key.span(),
                format!("an alarm has no `{other}`; {}", suggest::did_you_mean(other, &KEYS)),
            ));
        }
    };
    if found.when.is_some() {
        faults.at(key.span(), format!("an alarm has one condition: write another entry for `{key}`"));
    } else {
        found.when = Some(when);
    }
    Ok(())
}

/// A key without a value.
fn flag(input: ParseStream<'_>, key: &Ident) -> syn::Result<()> {
    if input.is_empty() || input.peek(Token![,]) {
        return Ok(());
    }
    Err(syn::Error::new(key.span(), format!("`{key}` stands alone, without a value")))
}

/// Refuses a number in quotes. Returns a number in its place, so that it stays the only fault.
fn no_text(input: ParseStream<'_>, key: &str, faults: &mut Faults) -> syn::Result<Option<Expr>> {
    if !input.peek(LitStr) {
        return Ok(None);
    }
    let text: LitStr = input.parse()?;
    let number = text.value().trim().parse::<f64>().ok().filter(|number| number.is_finite());
    let number = number.map_or_else(|| "0.8".to_owned(), |number| format!("{number:?}"));
    let or = if key == "hysteresis" { "" } else { ", or the property that has it: `above = Ui::limit.value`" };
    faults.at(text.span(), format!("a number stands without quotes: write `{key} = {number}`{or}"));
    Ok(Some(syn::parse_quote!(0.0)))
}

/// `0.8`, `LIMIT`, or a property: `Ui::limit.value`.
fn limit(input: ParseStream<'_>) -> syn::Result<Limit> {
    let ahead = input.fork();
    let is_in_struct = ahead.call(Path::parse_mod_style).is_ok_and(|path| path.segments.len() > 1);
    if is_in_struct && (ahead.peek(Token![.]) || ahead.peek(token::Bracket)) {
        return Ok(Limit::Prop(Port::fixed(input)?));
    }
    Ok(Limit::Fixed(input.parse()?))
}
