//! `#[keep]` on a field: what of it is there again after a restart.

use proc_macro2::{Ident, Span};
use quote::ToTokens;
use syn::{Attribute, ItemStruct, LitStr, Meta, Token, parse::ParseStream, spanned::Spanned};

use super::{args, duration, rights::Rights, size};
use crate::diag::Faults;

/// What is kept of a field.
#[derive(Debug)]
pub(crate) struct Keep {
    /// The place of the attribute.
    pub(crate) at: Span,
    pub(crate) what: What,
    /// The names of its properties. Empty: all that can be kept.
    pub(crate) props: Vec<Ident>,
}

/// What is kept of properties.
#[derive(Debug)]
pub(crate) enum What {
    /// Their values.
    States {
        /// Whether a person must set the values again, after they were shown.
        ask: bool,
    },
    /// Their history, for at most this time and size. A size of 0 is no bound.
    History { seconds: u64, bytes: u64 },
}

const ADVICE: &str = "write `#[keep]` for all that people set in it, or name properties: `#[keep(value)]`; with `ask` the values are shown, and a person sets them again: `#[keep(ask)]`";

/// What is kept of each field.
pub(crate) fn take(item: &mut ItemStruct, rights: &[Rights], faults: &mut Faults) -> Vec<Option<Keep>> {
    let fields = item.fields.iter_mut().zip(rights).map(|(field, rights)| {
        let said = args::take(&mut field.attrs, "keep");
        let attr = said.first()?;
        if let Some(again) = said.get(1) {
            faults.on(again, twice(&said));
        }
        if rights.private {
            faults.on(attr, "`#[private]` gives each client a value of its own, and none of them can be kept: leave `#[keep]` or `#[private]` out");
        }
        if rights.secret {
            faults.on(attr, "`#[secret]` values are never written to the disk, and `#[keep]` writes them there: leave one of the two out");
        }
        keep(attr, faults)
    });
    fields.collect()
}

/// What is wrong with two attributes on one field.
fn twice(said: &[Attribute]) -> &'static str {
    let has_time = |attr: &Attribute| attr.meta.to_token_stream().to_string().contains("for =");
    if said.iter().any(has_time) {
        "`#[keep(..)]` is written twice: on an `Alarms`, `for` keeps the alarms with their history, so leave the other one out"
    } else {
        "`#[keep(..)]` is written twice: name all properties in one of them"
    }
}

/// The keys and names in `#[keep(value, max)]` and `#[keep(for = "30d")]`.
fn keep(attr: &Attribute, faults: &mut Faults) -> Option<Keep> {
    let at = attr.path().span();
    let list = match &attr.meta {
        Meta::Path(_) => return Some(Keep { at, what: What::States { ask: false }, props: Vec::new() }),
        Meta::List(list) if !list.tokens.is_empty() => list,
        Meta::List(_) | Meta::NameValue(_) => {
            faults.on(attr, ADVICE);
            return None;
        }
    };
    let (mut props, mut ask, mut span, mut bytes) = (Vec::new(), None, None, None);
    let mut is_whole = true;
    args::list(list.tokens.clone(), faults, |input, faults| {
        let key = args::key(input, "value").map_err(|error| {
            is_whole = false;
            syn::Error::new(error.span(), ADVICE)
        })?;
        if !input.peek(Token![=]) {
            if key == "ask" {
                args::set(&mut ask, &key, key.span(), faults);
            } else {
                props.push(key);
            }
            return Ok(());
        }
        let read = match key.to_string().as_str() {
            "for" => {
                text(input, &key, "for = \"30d\"", duration::parse).map(|read| args::set(&mut span, &key, read, faults))
            }
            "size" => text(input, &key, "size = \"1GB\"", size::parse)
                .map(|read| args::set(&mut bytes, &key, (key.span(), read), faults)),
            other => Err(syn::Error::new(
                key.span(),
                format!(
                    "there is no key `{other}` here; a history is kept for a time, `#[keep(for = \"30d\")]`, and up to a size, `#[keep(for = \"30d\", size = \"1GB\")]`"
                ),
            )),
        };
        is_whole &= read.is_ok();
        read
    });
    if !is_whole {
        return None;
    }
    let what = match (span, bytes) {
        (Some(span), bytes) => {
            if let Some(ask) = ask {
                faults.at(ask, "a history is of the past, so nobody is asked about it: leave `ask` out");
            }
            // Less than a second is no history.
            What::History { seconds: span.as_secs().max(1), bytes: bytes.map_or(0, |(_, bytes)| bytes) }
        }
        (None, Some((at, _))) => {
            faults.at(at, "a history is kept for a time: write `for = \"30d\"` too");
            return None;
        }
        (None, None) => What::States { ask: ask.is_some() },
    };
    Some(Keep { at, what, props })
}

/// `= "30d"`
fn text<T>(
    input: ParseStream<'_>,
    key: &Ident,
    example: &str,
    read: impl FnOnce(&str) -> Result<T, String>,
) -> syn::Result<T> {
    args::equals(input, key, example)?;
    let text: LitStr =
        input.parse().map_err(|error| syn::Error::new(error.span(), format!("write it in quotes: `{example}`")))?;
    read(&text.value()).map_err(|why| syn::Error::new(text.span(), why))
}
