//! `#[fleet]` on a field: what of it a relay shows in its list of devices.

use proc_macro2::{Ident, Span};
use syn::{Attribute, ItemStruct, LitStr, Meta, Token, ext::IdentExt, spanned::Spanned};

use super::{args, rights::Rights};
use crate::diag::Faults;

/// What of a field is in the list of a relay.
#[derive(Debug)]
pub(crate) struct Fleet {
    /// The place of the attribute.
    pub(crate) at: Span,
    /// The names of its properties. Empty: the one that it shows.
    pub(crate) props: Vec<Ident>,
    /// Instead of the component's own label.
    pub(crate) label: Option<LitStr>,
    /// Instead of the component's own unit.
    pub(crate) unit: Option<LitStr>,
}

/// The most characters of a label.
const LONGEST_LABEL: usize = 40;

/// The most characters of a unit.
const LONGEST_UNIT: usize = 12;

const ADVICE: &str = "write `#[fleet]` for the value that the component shows, or name properties: `#[fleet(value)]`; a label and a unit for the list: `#[fleet(label = \"Battery\", unit = \"%\")]`";

/// The attribute of each field.
pub(crate) fn take(item: &mut ItemStruct, rights: &[Rights], faults: &mut Faults) -> Vec<Option<Fleet>> {
    let fields = item.fields.iter_mut().zip(rights).map(|(field, rights)| {
        let said = args::take(&mut field.attrs, "fleet");
        let attr = said.first()?;
        if let Some(again) = said.get(1) {
            faults.on(again, "`#[fleet]` is written twice: name all properties in one of them");
        }
        if rights.private {
            faults.on(attr, "`#[private]` gives each client a value of its own, and the list of a relay has one for everybody: leave `#[fleet]` or `#[private]` out");
        }
        if rights.secret {
            faults.on(attr, "`#[secret]` values are kept from the list of a relay, which everybody sees who reaches the relay: leave `#[fleet]` or `#[secret]` out");
        }
        fleet(attr, faults)
    });
    fields.collect()
}

/// Checks the length of a label or a unit. The engine cuts what is longer (`dash-runtime/src/engine/fleet.rs`).
fn fits(key: &Ident, text: &LitStr, faults: &mut Faults) {
    let most = if key == "label" { LONGEST_LABEL } else { LONGEST_UNIT };
    let has = text.value().chars().count();
    if has > most {
        faults.on(text, format!("a {key} in the list of a relay has at most {most} characters, and this has {has}"));
    }
}

/// The names and keys in `#[fleet(value, unit = "%")]`.
fn fleet(attr: &Attribute, faults: &mut Faults) -> Option<Fleet> {
    let mut fleet = Fleet { at: attr.path().span(), props: Vec::new(), label: None, unit: None };
    let list = match &attr.meta {
        Meta::Path(_) => return Some(fleet),
        Meta::List(list) if !list.tokens.is_empty() => list,
        Meta::List(_) | Meta::NameValue(_) => {
            faults.on(attr, ADVICE);
            return None;
        }
    };
    let mut is_whole = true;
    args::list(list.tokens.clone(), faults, |input, faults| {
        let key = args::key(input, "value").map_err(|error| {
            is_whole = false;
            syn::Error::new(error.span(), ADVICE)
        })?;
        if !input.peek(Token![=]) {
            if fleet.props.iter().any(|prop| prop.unraw() == key.unraw()) {
                faults.on(&key, format!("`{key}` is written twice: leave one of them out"));
            } else {
                fleet.props.push(key);
            }
            return Ok(());
        }
        let slot = match key.to_string().as_str() {
            "label" => &mut fleet.label,
            "unit" => &mut fleet.unit,
            other => {
                is_whole = false;
                let why = format!("there is no key `{other}` here; {ADVICE}");
                return Err(syn::Error::new(key.span(), why));
            }
        };
        args::equals(input, &key, "unit = \"%\"")?;
        let text: LitStr = input.parse().map_err(|error| {
            is_whole = false;
            syn::Error::new(error.span(), format!("write it in quotes: `{key} = \"..\"`"))
        })?;
        fits(&key, &text, faults);
        args::set(slot, &key, text, faults);
        Ok(())
    });
    if let (true, Some(label), Some(_)) = (is_whole, &fleet.label, fleet.props.get(1)) {
        faults.on(label, "a label is for one value: name one property, or leave the label out");
        return None;
    }
    is_whole.then_some(fleet)
}
