//! The list in `changes![..]`: properties and their new values.

use std::collections::HashSet;

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::{Expr, Token, parse::ParseStream};

use super::{args, port::Port};
use crate::diag::Faults;

/// An example entry for messages.
const EXAMPLE: &str = "Ui::readout.text = \"ready\"";

/// `Ui::a.value = 1.0`
#[derive(Debug)]
pub(crate) struct Mod {
    pub(crate) port: Port,
    pub(crate) value: Expr,
}

/// Parses the whole list. An entry that cannot be parsed adds a fault and is left out.
pub(crate) fn parse(list: TokenStream, faults: &mut Faults) -> Vec<Mod> {
    if list.is_empty() {
        faults.at(Span::call_site(), format!("nothing changes: name a property and its value, `changes![{EXAMPLE}]`"));
    }
    let mut changes = Vec::new();
    args::list(list, faults, |input, _| {
        changes.push(one(input)?);
        Ok(())
    });
    let mut seen = HashSet::new();
    for Mod { port, .. } in &changes {
        if !seen.insert(port.text()) {
            faults.on(port, format!("`{}` has a value in this list already: keep one of them", port.text()));
        }
    }
    changes
}

fn one(input: ParseStream<'_>) -> syn::Result<Mod> {
    let port = Port::pushed(input)?;
    if input.is_empty() || input.peek(Token![,]) {
        let (written, text) = (port.to_token_stream(), port.text());
        return Err(syn::Error::new_spanned(written, format!("`{text}` needs a value here: `{text} = ..`")));
    }
    if !input.peek(Token![=]) || input.peek(Token![==]) || input.peek(Token![=>]) {
        return Err(input.error(format!("expected `=` and a value: `{EXAMPLE}`")));
    }
    let equals: Token![=] = input.parse()?;
    if input.is_empty() || input.peek(Token![,]) {
        return Err(syn::Error::new_spanned(equals, format!("the value is missing: `{EXAMPLE}`")));
    }
    Ok(Mod { port, value: input.parse()? })
}
