//! `#[derive(Device)]`: lends each field, and splits the device into its fields.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};

use crate::{
    hygiene::{ends, local, private},
    syntax::device::Device,
};

/// One `Lend` per field.
pub(crate) fn expand(Device { name, parts }: &Device) -> TokenStream {
    let p = private(Span::call_site());
    let device = local("device", Span::call_site());
    let boxed = parts.iter().map(|(ident, ty)| {
        // At the type, so that a type that is not `Send` is reported there.
        let (first, last) = ends(ty);
        let p = private(first);
        let arg = quote_spanned!(last=> (#device.#ident));
        quote_spanned!(first=> #p::part::<#ty> #arg)
    });
    let lends = parts.iter().enumerate().map(|(at, (ident, ty))| {
        quote! {
            #[automatically_derived]
            impl #p::Lend<#ty> for #name {
                const FIELD: ::core::option::Option<::core::primitive::usize> = ::core::option::Option::Some(#at);

                fn lend(&mut self) -> &mut #ty {
                    &mut self.#ident
                }

                fn split(self) -> ::std::vec::Vec<#p::Part> {
                    __dd_split(self)
                }
            }
        }
    });
    quote! {
        const _: () = {
            // One function for all implementations, so that a fault of a field is reported once.
            fn __dd_split(#device: #name) -> ::std::vec::Vec<#p::Part> {
                ::std::vec![#(#boxed),*]
            }

            #(#lends)*
        };
    }
}
