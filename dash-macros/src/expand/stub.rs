//! Replaces a callback whose attribute or signature is wrong, so that listing it is not a second fault.

use proc_macro2::{Span, TokenStream};
use quote::quote;

use super::{callback::marker, spec::base};
use crate::{
    hygiene::{dashboard, group, private},
    model::Callback,
};

/// The type without wiring, for every dashboard.
pub(crate) fn expand(callback: &Callback) -> TokenStream {
    let p = private(Span::call_site());
    let (dashboard, group) = (dashboard(), group());
    let Callback { name, cfgs, .. } = callback;
    let marker = marker(callback);
    let base = base(callback);
    quote! {
        #marker

        #(#cfgs)*
        #[automatically_derived]
        impl #p::Wired for #name {
            const SPEC: #p::Spec = #base;
        }

        #(#cfgs)*
        #[automatically_derived]
        impl<#dashboard: #p::Dashboard, #group> #p::CallbackFor<#dashboard, #group> for #name {
            const DEF: #p::CallbackDef = #p::CallbackDef {
                spec: <Self as #p::Wired>::SPEC,
                borrow: ::core::option::Option::None,
                body: #p::Body::Sync(|_| {}),
                check: ::core::option::Option::None,
            };
        }
    }
}
