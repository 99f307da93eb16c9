//! The stages of each macro in their order. Everything works on `proc_macro2`, so that tests can expand in process.

#![allow(clippy::needless_pass_by_value, reason = "the compiler passes token streams by value")]

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{DeriveInput, Ident, Item, ItemStruct, Path, PathArguments, Token, ext::IdentExt, spanned::Spanned, token};

use crate::{
    diag::Faults,
    expand::{self, callbacks::Entry},
    lower,
    model::Scope,
    syntax::{self, args, function::Function},
};

/// `#[callback(..)]` and `#[callback_shared(..)]`
pub(crate) fn callback(scope: Scope, args: TokenStream, item: TokenStream) -> TokenStream {
    let attribute = match scope {
        Scope::Shared => "#[callback_shared]",
        Scope::Private => "#[callback]",
    };
    let mut faults = Faults::new();
    let Ok(mut function) = syn::parse2::<Function>(item.clone()) else {
        wrong_item(&item, &format!("`{attribute}` goes above a function"), &mut faults);
        return quote_both(&item, faults);
    };
    let args = syntax::callback::parse(args, &mut faults);
    let params = function.take_params(&mut faults);
    let callback = lower::callback(scope, args, &function, params, &mut faults);
    let expansion = match (faults.is_empty(), function.sig.receiver()) {
        (true, _) => expand::callback::expand(&callback),
        // An `impl` cannot contain a type.
        (false, Some(_)) => TokenStream::new(),
        (false, None) => expand::stub::expand(&callback),
    };
    let faults = faults.finish();
    quote!(#function #expansion #faults)
}

/// `#[components]`
pub(crate) fn components(args: TokenStream, item: TokenStream) -> TokenStream {
    let mut faults = Faults::new();
    let args = syntax::components::args(args, &mut faults);
    let Ok(parsed) = syn::parse2::<ItemStruct>(item.clone()) else {
        wrong_item(&item, "`#[components]` goes above a struct whose fields are the page's components", &mut faults);
        return quote_both(&item, faults);
    };
    match syntax::components::understand(args, parsed, &mut faults) {
        Some(components) => quote_both(&expand::components::expand(&components), faults),
        None => quote_both(&item, faults),
    }
}

/// `callbacks![..]`
pub(crate) fn callbacks(list: TokenStream) -> TokenStream {
    let mut faults = Faults::new();
    let mut entries = Vec::new();
    args::list(list, &mut faults, |input, _| {
        if !(input.peek(Ident::peek_any) || input.peek(Token![::])) {
            return Err(input.error("expected the name of a callback, such as `set_brightness`"));
        }
        let path: Path = input.parse()?;
        if input.peek(token::Paren) {
            return Err(input.error("a callback is listed, not called: leave the parentheses out"));
        }
        if let Some(segment) = path.segments.iter().find(|segment| !matches!(segment.arguments, PathArguments::None)) {
            return Err(syn::Error::new_spanned(
                segment,
                "a callback is listed by its name alone: `callbacks![set_brightness]`",
            ));
        }
        let place = match input.parse::<Option<Token![for]>>()? {
            Some(keyword) => Some(syntax::port::group(input, keyword)?),
            None => None,
        };
        entries.push(Entry { path, place });
        Ok(())
    });
    let expansion = expand::callbacks::expand(&entries);
    if faults.is_empty() {
        return quote_both(&expansion, faults);
    }
    let faults = faults.finish();
    quote!({ #faults #expansion })
}

/// `bindings![..]`
pub(crate) fn bindings(list: TokenStream) -> TokenStream {
    let mut faults = Faults::new();
    let bindings = syntax::binding::list(list, &mut faults);
    let expansion = expand::bindings::expand(&bindings);
    if faults.is_empty() {
        return quote_both(&expansion, faults);
    }
    let faults = faults.finish();
    quote!({ #faults #expansion })
}

/// `changes![..]`
pub(crate) fn changes(list: TokenStream) -> TokenStream {
    let mut faults = Faults::new();
    let changes = syntax::changes::parse(list, &mut faults);
    let expansion = expand::changes::expand(&changes);
    let faults = faults.finish();
    quote!({ #faults #expansion })
}

/// `#[derive(Component)]`
pub(crate) fn component(item: TokenStream) -> TokenStream {
    let mut faults = Faults::new();
    let component = match syn::parse2(item) {
        Ok(item) => syntax::component::understand(item, &mut faults),
        Err(error) => {
            faults.push(error);
            None
        }
    };
    let expansion = component.as_ref().map(expand::component::expand).unwrap_or_default();
    quote_both(&expansion, faults)
}

/// `#[derive(Device)]`
pub(crate) fn device(item: TokenStream) -> TokenStream {
    let mut faults = Faults::new();
    let device = match syn::parse2(item) {
        Ok(item) => syntax::device::understand(item, &mut faults),
        Err(error) => {
            faults.push(error);
            None
        }
    };
    let expansion = device.as_ref().map(expand::device::expand).unwrap_or_default();
    quote_both(&expansion, faults)
}

/// `#[derive(Route)]`
pub(crate) fn route(item: TokenStream) -> TokenStream {
    let mut faults = Faults::new();
    let route = match syn::parse2(item) {
        Ok(item) => syntax::route::understand(item, &mut faults),
        Err(error) => {
            faults.push(error);
            None
        }
    };
    let expansion = route.as_ref().map(expand::route::expand).unwrap_or_default();
    quote_both(&expansion, faults)
}

/// `#[derive(Role)]`
pub(crate) fn role(item: TokenStream) -> TokenStream {
    let mut faults = Faults::new();
    let role = match syn::parse2(item) {
        Ok(item) => syntax::role::understand(item, &mut faults),
        Err(error) => {
            faults.push(error);
            None
        }
    };
    let expansion = role.as_ref().map(expand::role::expand).unwrap_or_default();
    quote_both(&expansion, faults)
}

/// `#[value]`
pub(crate) fn value(args: &TokenStream, item: TokenStream) -> TokenStream {
    let mut faults = Faults::new();
    if !args.is_empty() {
        faults.on(args, "`#[value]` takes nothing in brackets");
    }
    if syn::parse2::<DeriveInput>(item.clone()).is_err() {
        wrong_item(&item, "`#[value]` goes above a struct or an enum", &mut faults);
        return quote_both(&item, faults);
    }
    quote_both(&expand::value::expand(&item), faults)
}

fn quote_both(expansion: &TokenStream, faults: Faults) -> TokenStream {
    let faults = faults.finish();
    quote!(#expansion #faults)
}

/// Reports that the attribute is on the wrong kind of item.
fn wrong_item(item: &TokenStream, message: &str, faults: &mut Faults) {
    match syn::parse2::<Item>(item.clone()) {
        // Marks at most the keyword and the name. Underlining a whole item does not help the user.
        Ok(item) => {
            let after_attributes =
                item.to_token_stream().into_iter().find(|token| matches!(token, TokenTree::Ident(_)));
            faults.at(after_attributes.map_or_else(|| item.span(), |token| token.span()), message);
        }
        Err(error) => faults.push(error),
    }
}
