//! Names and places in expansions.
//!
//! An expansion stands among the user's own items, which may be called anything. So it names everything from the root,
//! its own locals and type parameters have a reserved prefix, and it says nothing of the prelude.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote_spanned};

/// The library side of expansions, with tokens that stand at `span`.
pub(crate) fn private(span: Span) -> TokenStream {
    quote_spanned!(span=> ::dash_devices::__private)
}

/// A local of the expansion, which errors show at `span`.
///
/// Hygiene of procedural macros keeps locals apart from the user's locals but not from the user's constants, which a
/// pattern would match against; hence the prefix.
pub(crate) fn local(name: impl std::fmt::Display, span: Span) -> Ident {
    Ident::new(&format!("__dd_{name}"), span.resolved_at(Span::mixed_site()))
}

/// A 1-tuple that holds a value, so that there is an expression for the value which stands at all of a place: a name
/// alone is one token and has one span.
pub(crate) struct Holder {
    /// To be bound to the tuple.
    pub(crate) name: Ident,
    /// The value in it.
    pub(crate) value: TokenStream,
}

/// A holder whose value is reported at `(first, last)` (see [`ends`]).
///
/// Name and value have the user's hygiene, as the places do: rustc joins spans only if they have the same.
pub(crate) fn holder(name: impl std::fmt::Display, (first, last): (Span, Span)) -> Holder {
    let name = Ident::new(&format!("__dd_{name}"), first);
    let mut at = proc_macro2::Literal::usize_unsuffixed(0);
    at.set_span(last);
    let value = quote_spanned!(first=> #name.#at);
    Holder { name, value }
}

/// The type parameter that stands for the dashboard.
pub(crate) fn dashboard() -> Ident {
    Ident::new("__Dashboard", Span::mixed_site())
}

/// The type parameter that stands for what has the properties: the dashboard, or a group in it.
pub(crate) fn group() -> Ident {
    Ident::new("__Group", Span::mixed_site())
}

/// Where `tokens` begin and end.
///
/// rustc underlines an expression from its first to its last token, so a call whose path carries the first span and
/// whose parentheses carry the second one is reported at all of `tokens`. (Joining spans needs a nightly compiler.)
pub(crate) fn ends(tokens: impl ToTokens) -> (Span, Span) {
    let mut tokens = tokens.into_token_stream().into_iter();
    let first = tokens.next().map_or_else(Span::call_site, |token| token.span());
    let last = tokens.last().map_or(first, |token| token.span());
    (first, last)
}

/// A call of the library's `function` with `args`, reported at the place `(first, last)` (see [`ends`]).
#[expect(clippy::needless_pass_by_value, reason = "made by `quote!` for this call, at every place")]
pub(crate) fn call_at((first, last): (Span, Span), function: &str, args: TokenStream) -> TokenStream {
    let private = private(first);
    // The path, too, goes from the first to the last place: rustc marks it only if it stands elsewhere than the argument.
    let function = Ident::new(function, last);
    let args = quote_spanned!(last=> (#args));
    quote_spanned!(first=> #private::#function #args)
}

/// The same tokens, shown at `span`.
pub(crate) fn respan(tokens: impl ToTokens, span: Span) -> TokenStream {
    tokens
        .into_token_stream()
        .into_iter()
        .map(|mut token| {
            if let proc_macro2::TokenTree::Group(group) = &token {
                let mut copy = proc_macro2::Group::new(group.delimiter(), respan(group.stream(), span));
                copy.set_span(span);
                return copy.into();
            }
            token.set_span(token.span().located_at(span));
            token
        })
        .collect()
}
