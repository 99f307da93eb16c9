//! `#[keep]` on a field: what of it is there again after a restart.

use proc_macro2::{Ident, Span};
use syn::{
    Attribute, ItemStruct, Meta, Token, ext::IdentExt, parse::ParseStream, punctuated::Punctuated, spanned::Spanned,
};

use super::rights::Rights;
use crate::diag::Faults;

/// What is kept of a field.
#[derive(Debug)]
pub(crate) struct Keep {
    /// The place of the attribute.
    pub(crate) at: Span,
    /// Whether a person must set the values again, after they were shown.
    pub(crate) ask: bool,
    /// The names of its properties. Empty: all that browsers set.
    pub(crate) props: Vec<Ident>,
}

const ADVICE: &str = "write `#[keep]` for all that people set in it, or name properties: `#[keep(value)]`; with `ask` the values are shown, and a person sets them again: `#[keep(ask)]`";

/// What is kept of each field.
pub(crate) fn take(item: &mut ItemStruct, rights: &[Rights], faults: &mut Faults) -> Vec<Option<Keep>> {
    let fields = item.fields.iter_mut().zip(rights).map(|(field, rights)| {
        let (said, others): (Vec<Attribute>, Vec<Attribute>) =
            field.attrs.drain(..).partition(|attr| attr.path().is_ident("keep"));
        field.attrs = others;
        let attr = said.first()?;
        if let Some(again) = said.get(1) {
            faults.on(again, "`#[keep(..)]` is there twice: name all properties in one of them");
        }
        if rights.private {
            faults.on(attr, "`#[private]` gives each client a value of its own, and none of them can be kept: leave `#[keep]` or `#[private]` out");
        }
        if rights.secret {
            faults.on(attr, "`#[secret]` values are never written down, and `#[keep]` would write them to the disk: leave one of both out");
        }
        match names(attr) {
            Ok(mut props) => {
                let all = props.len();
                props.retain(|prop| prop != "ask");
                Some(Keep { at: attr.path().span(), ask: props.len() < all, props })
            }
            Err(error) => {
                faults.push(error);
                None
            }
        }
    });
    fields.collect()
}

/// The names in `#[keep(value, max)]`.
fn names(attr: &Attribute) -> syn::Result<Vec<Ident>> {
    match &attr.meta {
        Meta::Path(_) => Ok(Vec::new()),
        Meta::NameValue(_) => Err(syn::Error::new_spanned(attr, ADVICE)),
        Meta::List(list) => {
            let names = list
                .parse_args_with(|input: ParseStream<'_>| {
                    Punctuated::<Ident, Token![,]>::parse_terminated_with(input, Ident::parse_any)
                })
                .map_err(|error| syn::Error::new(error.span(), ADVICE))?;
            if names.is_empty() { Err(syn::Error::new_spanned(attr, ADVICE)) } else { Ok(names.into_iter().collect()) }
        }
    }
}
