//! `#[callback]` and `#[callback_shared]`: a type beside the function that carries its wiring and its body.

use std::collections::BTreeSet;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};

use super::{body, spec};
use crate::{
    hygiene::{dashboard, group, private},
    model::{Callback, Scope},
    syntax::port::Port,
};

/// The type and its implementations.
pub(crate) fn expand(callback: &Callback) -> TokenStream {
    let p = private(Span::call_site());
    let (dashboard, group) = (dashboard(), group());
    let Callback { name, cfgs, .. } = callback;
    let marker = marker(callback);
    let spec = spec::expand(callback);
    let bounds = bounds(callback);
    let borrow = match callback.device() {
        Some(ty) => quote! {
            ::core::option::Option::Some(#p::Borrow::of::<<#dashboard as #p::Dashboard>::Device, #ty>())
        },
        None => quote!(::core::option::Option::None),
    };
    let body = body::expand(callback);
    let check = match &callback.check {
        Some(function) => {
            let check = body::check(callback, function);
            quote!(::core::option::Option::Some(#check))
        }
        None => quote!(::core::option::Option::None),
    };
    // The constant fails too if an array has no such element. One of the two messages is enough.
    let one_message = callback.ports().any(Port::is_element).then(|| quote!(#[allow(unconditional_panic)]));
    quote! {
        #marker

        #(#cfgs)*
        #[automatically_derived]
        #one_message
        impl #p::Wired for #name {
            const SPEC: #p::Spec = #spec;
        }

        #(#cfgs)*
        #[automatically_derived]
        #one_message
        impl<#dashboard, #group> #p::CallbackFor<#dashboard, #group> for #name
        where
            #(#bounds,)*
        {
            const DEF: #p::CallbackDef = #p::CallbackDef {
                spec: <Self as #p::Wired>::SPEC,
                borrow: #borrow,
                body: #body,
                check: #check,
            };
        }
    }
}

/// The type has the name of the function. Types and functions have separate namespaces, and one `use` imports both.
pub(crate) fn marker(callback: &Callback) -> TokenStream {
    let Callback { name, vis, cfgs, .. } = callback;
    // At the name, so that another type of this name is reported there.
    quote_spanned! {name.span().resolved_at(Span::call_site())=>
        #(#cfgs)*
        #[doc(hidden)]
        #[allow(non_camel_case_types, missing_debug_implementations, unreachable_pub)]
        #vis enum #name {}
    }
}

/// The trait that a plain parameter's type implements.
pub(super) fn param_trait(scope: Scope, at: Span) -> Ident {
    let name = match scope {
        Scope::Shared => "SharedParam",
        Scope::Private => "PrivateParam",
    };
    Ident::new(name, at)
}

/// The bounds that a dashboard must satisfy so that the callback can be listed in it.
fn bounds(callback: &Callback) -> Vec<TokenStream> {
    let p = private(Span::call_site());
    let (dashboard, group) = (dashboard(), group());
    let mut bounds = vec![quote!(#dashboard: #p::Dashboard)];
    let mut seen = BTreeSet::new();
    for port in callback.ports() {
        let shown = port.dashboard();
        if seen.insert(shown.to_token_stream().to_string()) {
            bounds.push(quote!(#group: #p::Shows<#shown>));
        }
    }
    if let Some(ty) = callback.session() {
        bounds.push(quote!(<#dashboard as #p::Dashboard>::Session: #p::SessionIs<#ty>));
    }
    if let Some(ty) = callback.device() {
        bounds.push(quote!(<#dashboard as #p::Dashboard>::Device: #p::Lend<#ty>));
    }
    bounds
}
