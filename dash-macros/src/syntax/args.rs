//! Lists in attributes, parsed so that a fault in one entry does not hide the faults of the others.

use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::{
    Token,
    ext::IdentExt,
    parse::{ParseStream, Parser},
};

use crate::diag::Faults;

/// Parses `tokens` as a list with commas. `one` parses an entry; after a fault, the list goes on behind the next comma.
pub(crate) fn list(
    tokens: TokenStream,
    faults: &mut Faults,
    mut one: impl FnMut(ParseStream<'_>, &mut Faults) -> syn::Result<()>,
) {
    let parsed = (|input: ParseStream<'_>| {
        entries(input, faults, &mut one);
        Ok(())
    })
    .parse2(tokens);
    // syn itself objects to what a failed entry left over inside of its brackets; the entry's own fault says more.
    if let Err(error) = parsed
        && faults.is_empty()
    {
        faults.push(error);
    }
}

/// The same for what is inside of brackets that are parsed already.
pub(crate) fn entries(
    input: ParseStream<'_>,
    faults: &mut Faults,
    one: &mut dyn FnMut(ParseStream<'_>, &mut Faults) -> syn::Result<()>,
) {
    while !input.is_empty() {
        if let Err(error) = one(input, faults) {
            faults.push(error);
            skip(input);
        } else if !input.is_empty() && !input.peek(Token![,]) {
            faults.push(input.error("expected `,` before this"));
            skip(input);
        }
        if input.peek(Token![,]) {
            let _ = input.parse::<Token![,]>();
        }
    }
}

/// Goes on to the next comma.
fn skip(input: ParseStream<'_>) {
    while !input.is_empty() && !input.peek(Token![,]) {
        if input.parse::<TokenTree>().is_err() {
            return;
        }
    }
}

/// A keyword: the `output` of `output = ..`.
pub(crate) fn key(input: ParseStream<'_>, example: &str) -> syn::Result<Ident> {
    if input.peek(syn::Ident::peek_any) {
        Ident::parse_any(input)
    } else {
        Err(input.error(format!("expected a key, such as `{example}`")))
    }
}

/// The `=` of `key = value`, with a value behind it.
pub(crate) fn equals(input: ParseStream<'_>, key: &Ident, example: &str) -> syn::Result<()> {
    if input.is_empty() || input.peek(Token![,]) {
        return Err(syn::Error::new(key.span(), format!("`{key}` needs a value: `{example}`")));
    }
    if !input.peek(Token![=]) {
        return Err(input.error(format!("expected `=`: `{example}`")));
    }
    let equals = input.parse::<Token![=]>()?;
    if input.is_empty() || input.peek(Token![,]) {
        return Err(syn::Error::new_spanned(equals, format!("`{key}` needs a value: `{example}`")));
    }
    Ok(())
}

/// Stores the value of a key that may be written once.
pub(crate) fn set<T>(slot: &mut Option<T>, key: &Ident, value: T, faults: &mut Faults) {
    if slot.is_some() {
        faults.at(key.span(), format!("`{key}` is written twice: leave one of them out"));
    } else {
        *slot = Some(value);
    }
}
