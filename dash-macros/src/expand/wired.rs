//! Checks of one callback by itself that need the constants of its properties. Each is reported at the property or
//! parameter.

use proc_macro2::{Group, Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};
use syn::parse::{ParseStream, Parser};

use super::callback::param_trait;
use crate::{
    hygiene::{call_at, ends, private},
    model::{Callback, Scope},
    syntax::{path::Place, port::Port},
};

/// An anonymous constant with all checks.
pub(crate) fn expand(callback: &Callback, body: &TokenStream) -> TokenStream {
    let cfgs = &callback.cfgs;
    let of = |port: &Port, function: &str| {
        let each = port.each().into_iter();
        each.map(|port| call_at(ends(&port), function, port.expr())).collect::<Vec<_>>()
    };
    // An element that the array does not have is reported where the property is used.
    let of_one = |port: &Port, function: &str| if port.is_element() { Vec::new() } else { of(port, function) };
    let scope: Vec<_> = match callback.scope {
        Scope::Shared => callback.ports().flat_map(|port| of_one(port, "of_all")).collect(),
        Scope::Private => {
            let written = callback.outputs.iter().chain(&callback.alternates).chain(callback.live());
            written.flat_map(|port| of_one(port, "written_for_one")).collect()
        }
    };
    let written = callback.outputs.iter().chain(&callback.alternates).chain(callback.live());
    let gates: Vec<_> = written.flat_map(|port| of_one(port, "not_of_a_gate")).collect();
    let rated = callback.reads().filter(|read| read.rate.is_some()).flat_map(|read| of(&read.port, "at_a_rate"));
    let cancelled = callback.cancels.is_empty().then(|| {
        callback.extracts().map(|ty| {
            let (first, last) = ends(ty);
            let (p, param) = (private(first), param_trait(callback.scope, first));
            let source = quote_spanned!(first=> <#ty as #p::#param>::OF);
            call_at((first, last), "can_be_cancelled", source)
        })
    });
    let mut placed = Vec::new();
    places(body.clone(), &mut placed);
    let placed = placed.iter().map(|(place, span)| {
        let place = place.expr();
        quote_spanned!(*span=> #place.__dd_is_dynamic())
    });
    let checks: Vec<_> =
        scope.into_iter().chain(gates).chain(rated).chain(cancelled.into_iter().flatten()).chain(placed).collect();
    if checks.is_empty() {
        return TokenStream::new();
    }
    quote! {
        #(#cfgs)*
        const _: () = {
            #(#checks;)*
        };
    }
}

/// The components in `Ui::name.place()`, wherever it is in the body, each with the span of the word `place`.
fn places(tokens: TokenStream, found: &mut Vec<(Place, Span)>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for (at, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Group(group) => places(group.stream(), found),
            TokenTree::Ident(word) if word == "place" && is_call(tokens.get(at + 1)) => {
                found.extend(before(&tokens[..at]).map(|place| (place, word.span())));
            }
            _ => {}
        }
    }
}

fn is_call(next: Option<&TokenTree>) -> bool {
    matches!(next, Some(TokenTree::Group(group)) if is_empty_parentheses(group))
}

fn is_empty_parentheses(group: &Group) -> bool {
    group.delimiter() == proc_macro2::Delimiter::Parenthesis && group.stream().is_empty()
}

/// The path that ends with these tokens and a dot. `None` if it is no component of a struct, or in a row or an element
/// that only the run knows.
fn before(tokens: &[TokenTree]) -> Option<Place> {
    let (dot, path) = tokens.split_last()?;
    let is_dot = |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == '.');
    if !is_dot(dot) {
        return None;
    }
    let is_part = |token: &TokenTree| match token {
        TokenTree::Ident(word) => word != "return" && word != "in" && word != "else" && word != "move",
        TokenTree::Punct(punct) => matches!(punct.as_char(), '.' | ':'),
        TokenTree::Group(group) => group.delimiter() == proc_macro2::Delimiter::Bracket,
        TokenTree::Literal(_) => false,
    };
    let mut start = path.len();
    // Two names beside each other are the end of one thing and the begin of the next.
    let is_name = |token: &TokenTree| matches!(token, TokenTree::Ident(_));
    while start > 0
        && is_part(&path[start - 1])
        && !(start < path.len() && is_name(&path[start]) && is_name(&path[start - 1]))
    {
        start -= 1;
    }
    let tokens: TokenStream = path[start..].iter().cloned().collect();
    let parse = |input: ParseStream<'_>| input.parse::<Place>();
    let place = parse.parse2(tokens).ok()?;
    place.is_fixed().then_some(place)
}
