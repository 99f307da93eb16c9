//! Attributes of fields, and lists in attributes. A fault in one entry does not hide the faults of the others.

use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::{
    Attribute, Token,
    ext::IdentExt,
    parse::{ParseStream, Parser},
};

use crate::diag::Faults;

/// Takes the attributes with this name away. The others stay, in their order.
pub(crate) fn take(attrs: &mut Vec<Attribute>, name: &str) -> Vec<Attribute> {
    let (taken, others) = attrs.drain(..).partition(|attr| attr.path().is_ident(name));
    *attrs = others;
    taken
}

/// Parses `tokens` as a list with commas. `one` parses an entry. After a fault, parsing continues after the next comma.
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
    // syn reports the tokens that a failed entry left in its brackets. The entry's own fault says more.
    if let Err(error) = parsed
        && faults.is_empty()
    {
        faults.push(error);
    }
}

/// The same for the content of brackets that are already parsed.
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

/// Skips to the next comma.
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

/// The `=` of `key = value`. A value must follow.
pub(crate) fn equals(input: ParseStream<'_>, key: &Ident, example: &str) -> syn::Result<()> {
    if input.is_empty() || input.peek(Token![,]) {
        return Err(syn::Error::new(key.span(), format!("`{key}` needs a value: `{example}`")));
    }
    if input.peek(syn::token::Paren) {
        return Err(syn::Error::new(key.span(), format!("`{key}` is written with `=`: `{example}`")));
    }
    if !input.peek(Token![=]) || input.peek(Token![==]) || input.peek(Token![=>]) {
        return Err(input.error(format!("expected `=`: `{example}`")));
    }
    let equals = input.parse::<Token![=]>()?;
    if input.is_empty() || input.peek(Token![,]) {
        return Err(syn::Error::new_spanned(equals, format!("`{key}` needs a value: `{example}`")));
    }
    Ok(())
}

/// Stores the value of a key that may occur once.
pub(crate) fn set<T>(slot: &mut Option<T>, key: &Ident, value: T, faults: &mut Faults) {
    if slot.is_some() {
        let advice = match key.to_string().as_str() {
            "on" => "write several properties as a tuple, `on = (Ui::a.click, Ui::b.click)`".to_owned(),
            "output" | "alternate" => {
                format!("write several properties as a tuple, `{key} = (Ui::a.text, Ui::b.text)`")
            }
            _ => "leave one of them out".to_owned(),
        };
        faults.at(key.span(), format!("`{key}` is written twice: {advice}"));
    } else {
        *slot = Some(value);
    }
}
