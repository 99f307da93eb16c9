//! Names and spans in expansions.
//!
//! The user's items around an expansion may have any name. So the expansion uses absolute paths, gives its locals and
//! type parameters a reserved prefix, and does not use the prelude.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};

/// The library's module for expansions, with tokens at `span`.
pub(crate) fn private(span: Span) -> TokenStream {
    quote_spanned!(span=> ::dash_devices::__private)
}

/// A type that has `fault` in it. rustc says nothing more about what has this type, so no use of it is a second fault.
pub(crate) fn with_fault(fault: &syn::Error) -> TokenStream {
    let fault = fault.to_compile_error();
    quote!([(); #fault])
}

/// A local variable of the expansion. Errors show it at `span`.
///
/// The hygiene of procedural macros separates locals from the user's locals but not from the user's constants. A
/// pattern would match against such a constant, so locals have a prefix.
pub(crate) fn local(name: impl std::fmt::Display, span: Span) -> Ident {
    Ident::new(&format!("__dd_{name}"), span.resolved_at(Span::mixed_site()))
}

/// A 1-tuple that holds a value. The expression for the value then covers a whole place: a name alone is one token with
/// one span.
pub(crate) struct Holder {
    /// The name that is bound to the tuple.
    pub(crate) name: Ident,
    /// The value in the tuple.
    pub(crate) value: TokenStream,
}

/// A holder whose value is reported at `(first, last)` (see [`ends`]).
///
/// Name and value have the user's hygiene, like the places. rustc joins spans only if their hygiene is the same.
pub(crate) fn holder(name: impl std::fmt::Display, (first, last): (Span, Span)) -> Holder {
    let name = Ident::new(&format!("__dd_{name}"), first);
    let mut at = proc_macro2::Literal::usize_unsuffixed(0);
    at.set_span(last);
    let value = quote_spanned!(first=> #name.#at);
    Holder { name, value }
}

/// The type parameter for the dashboard.
pub(crate) fn dashboard() -> Ident {
    Ident::new("__Dashboard", Span::mixed_site())
}

/// The type parameter for the owner of the properties: the dashboard, or a group in it.
pub(crate) fn group() -> Ident {
    Ident::new("__Group", Span::mixed_site())
}

/// The first and the last span of `tokens`.
///
/// rustc underlines an expression from its first to its last token. So a call whose path has the first span and whose
/// parentheses have the last span is reported at all of `tokens`. Joining spans directly needs a nightly compiler.
pub(crate) fn ends(tokens: impl ToTokens) -> (Span, Span) {
    let mut tokens = tokens.into_token_stream().into_iter();
    let first = tokens.next().map_or_else(Span::call_site, |token| token.span());
    let last = tokens.last().map_or(first, |token| token.span());
    (first, last)
}

/// A call of the library's `function` with `args`, reported at the place `(first, last)` (see [`ends`]).
#[expect(clippy::needless_pass_by_value, reason = "every caller makes it with `quote!` for this call")]
pub(crate) fn call_at((first, last): (Span, Span), function: &str, args: TokenStream) -> TokenStream {
    let private = private(first);
    // The path also goes from the first to the last span. rustc marks it only if its span differs from the argument's.
    let function = Ident::new(function, last);
    let args = quote_spanned!(last=> (#args));
    quote_spanned!(first=> #private::#function #args)
}

/// The same tokens at `span`.
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
