//! The stages of each macro in their order. Everything works on `proc_macro2`, so that tests can expand in process.

#![allow(clippy::needless_pass_by_value, reason = "the compiler passes token streams by value")]

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{
    Attribute, Data, DeriveInput, Ident, Item, ItemStruct, Path, PathArguments, Token, ext::IdentExt, spanned::Spanned,
    token,
};

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
    one_attribute(&mut function, &mut faults);
    let args = syntax::callback::parse(args, &mut faults);
    let params = function.take_params(&mut faults);
    let callback = lower::callback(scope, args, &function, params, &mut faults);
    let expansion = match (faults.is_empty(), function.sig.receiver()) {
        (true, _) => {
            let (expanded, checks) =
                (expand::callback::expand(&callback), expand::wired::expand(&callback, &function.body));
            quote!(#expanded #checks)
        }
        // An `impl` cannot contain a type.
        (false, Some(_)) => TokenStream::new(),
        (false, None) => expand::stub::expand(&callback),
    };
    // The body of a callback that is not listed is never called.
    let listed = match faults.is_empty() {
        true => quote!(#[deny(dead_code, reason = "a callback runs if `callbacks![..]` of its dashboard lists it")]),
        false => quote!(#[allow(dead_code)]),
    };
    let faults = faults.finish();
    quote!(#listed #function #expansion #faults)
}

/// Removes further attributes of callbacks from the function, which would define it again.
fn one_attribute(function: &mut Function, faults: &mut Faults) {
    let is_callback = |attr: &Attribute| {
        attr.path().segments.last().is_some_and(|last| last.ident == "callback" || last.ident == "callback_shared")
    };
    for again in function.attrs.extract_if(.., |attr| is_callback(attr)) {
        faults.on(
            again.path(),
            "a callback has one of these attributes: keep `#[callback_shared]` for what all clients see, or `#[callback]` for what one client sees",
        );
    }
}

/// `#[components]`
pub(crate) fn components(args: TokenStream, item: TokenStream) -> TokenStream {
    let mut faults = Faults::new();
    let args = syntax::rights::parse(args, &mut faults);
    let Ok(parsed) = syn::parse2::<ItemStruct>(item.clone()) else {
        let message = "`#[components]` goes above a struct whose fields are the page's components";
        let Ok(DeriveInput { attrs, vis, ident, data, .. }) = syn::parse2::<DeriveInput>(item.clone()) else {
            wrong_item(&item, message, &mut faults);
            return quote_both(&item, faults);
        };
        let keyword = match data {
            Data::Enum(data) => data.enum_token.span,
            Data::Union(data) => data.union_token.span,
            Data::Struct(data) => data.struct_token.span,
        };
        let fault = syn::Error::new(keyword, message);
        return quote_both(&expand::refused::expand(&attrs, &vis, &ident, &fault), faults);
    };
    let (attrs, vis, name) = (parsed.attrs.clone(), parsed.vis.clone(), parsed.ident.clone());
    let expansion = match syntax::components::understand(args, parsed, &mut faults) {
        Ok(components) => expand::components::expand(&components),
        Err(fault) => expand::refused::expand(&attrs, &vis, &name, &fault),
    };
    quote_both(&expansion, faults)
}

/// `callbacks![..]`
pub(crate) fn callbacks(list: TokenStream) -> TokenStream {
    let mut faults = Faults::new();
    let (mut entries, mut has_binding) = (Vec::new(), false);
    args::list(list, &mut faults, |input, faults| {
        if !(input.peek(Ident::peek_any) || input.peek(Token![::])) {
            return Err(input.error("expected the name of a callback, such as `set_brightness`"));
        }
        let path: Path = input.parse()?;
        if input.peek(token::Paren) {
            if path.get_ident().is_some_and(|word| syntax::binding::is_word(&word.to_string())) {
                has_binding = true;
                return Err(syn::Error::new_spanned(
                    path,
                    "bindings have a list of their own: `const BINDINGS: Bindings<Self> = bindings![..];`",
                ));
            }
            return Err(input.error("a callback is listed, not called: leave the parentheses out"));
        }
        if let Some(place) = place_on_the_page(&path) {
            return Err(syn::Error::new_spanned(
                &path,
                format!("`{place}` is a place on the page: name the callback before it, `set_speed for {place}`"),
            ));
        }
        if let Some(segment) = path.segments.iter().find(|segment| !matches!(segment.arguments, PathArguments::None)) {
            return Err(syn::Error::new_spanned(
                segment,
                "a callback is listed by its name alone: `callbacks![set_brightness]`",
            ));
        }
        if let Some(keyword) = input.parse::<Option<Token![in]>>()? {
            faults.at(keyword.span, "a callback is listed for a group: `set_speed for Ui::left`");
            entries.push(Entry { path, place: input.parse().ok() });
            return Ok(());
        }
        let place = match input.parse::<Option<Token![for]>>()? {
            Some(keyword) => Some(syntax::port::group(input, keyword)?),
            None => None,
        };
        entries.push(Entry { path, place });
        Ok(())
    });
    if has_binding {
        // Without a value, so that no other type than that of bindings is found here.
        return faults.finish();
    }
    let expansion = expand::callbacks::expand(&entries);
    if faults.is_empty() {
        return quote_both(&expansion, faults);
    }
    let faults = faults.finish();
    quote!({ #faults #expansion })
}

/// The text of a path such as `Ui::left`, which names a field of a struct and no function.
fn place_on_the_page(path: &Path) -> Option<String> {
    let capital = |ident: &Ident| ident.unraw().to_string().starts_with(char::is_uppercase);
    let mut names = path.segments.iter().rev().map(|segment| &segment.ident);
    let (last, before) = (names.next()?, names.next()?);
    (!capital(last) && capital(before)).then(|| path.to_token_stream().to_string().replace(' ', ""))
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
    let item: DeriveInput = match syn::parse2(item) {
        Ok(item) => item,
        Err(error) => return error.to_compile_error(),
    };
    let mut faults = Faults::new();
    let component = syntax::component::understand(item, &mut faults);
    let expansion = match component.is_whole {
        true => expand::component::expand(&component),
        false => expand::component_stub::expand(&component),
    };
    quote_both(&expansion, faults)
}

/// `#[derive(Device)]`
pub(crate) fn device(item: TokenStream) -> TokenStream {
    let item: DeriveInput = match syn::parse2(item) {
        Ok(item) => item,
        Err(error) => return error.to_compile_error(),
    };
    let mut faults = Faults::new();
    let expansion = match syntax::device::understand(item.clone(), &mut faults) {
        Some(device) => expand::device::expand(&device),
        None => expand::device::stub(&item),
    };
    quote_both(&expansion, faults)
}

/// `#[derive(Route)]`
pub(crate) fn route(item: TokenStream) -> TokenStream {
    let item: DeriveInput = match syn::parse2(item) {
        Ok(item) => item,
        Err(error) => return error.to_compile_error(),
    };
    let mut faults = Faults::new();
    let expansion = match syntax::route::understand(item.clone(), &mut faults) {
        Some(route) => expand::route::expand(&route),
        None => expand::route::stub(&item),
    };
    quote_both(&expansion, faults)
}

/// `#[derive(Role)]`
pub(crate) fn role(item: TokenStream) -> TokenStream {
    let item: DeriveInput = match syn::parse2(item) {
        Ok(item) => item,
        Err(error) => return error.to_compile_error(),
    };
    let mut faults = Faults::new();
    let expansion = match syntax::role::understand(item.clone(), &mut faults) {
        Some(role) => expand::role::expand(&role),
        None => expand::role::stub(&item),
    };
    quote_both(&expansion, faults)
}

/// `#[value]`
pub(crate) fn value(args: &TokenStream, item: TokenStream) -> TokenStream {
    let mut faults = Faults::new();
    if !args.is_empty() {
        faults.on(args, "`#[value]` takes nothing in brackets");
    }
    let Ok(mut parsed) = syn::parse2::<DeriveInput>(item.clone()) else {
        wrong_item(&item, "`#[value]` goes above a struct or an enum", &mut faults);
        return quote_both(&item, faults);
    };
    syntax::derives::refuse(
        &mut parsed.attrs,
        &["Serialize", "Deserialize", "JsonSchema"],
        "`#[value]` derives `Serialize`, `Deserialize` and `JsonSchema`: leave them out here",
        &mut faults,
    );
    // Without a fault, the user's own tokens.
    let item = if faults.is_empty() { item } else { parsed.into_token_stream() };
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
