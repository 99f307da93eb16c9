//! `#[derive(Device)]`: lends each field, and takes the device apart into them.

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
        // At the type, which is what cannot be sent to another thread if it cannot.
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
            // Once, and not in each implementation, so that what is wrong with a field is said once.
            fn __dd_split(#device: #name) -> ::std::vec::Vec<#p::Part> {
                ::std::vec![#(#boxed),*]
            }

            #(#lends)*
        };
    }
}
