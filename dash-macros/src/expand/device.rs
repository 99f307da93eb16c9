//! `#[derive(Device)]`: lends each field, and splits the device into its fields.

use std::collections::BTreeSet;

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Data, DeriveInput};

use crate::{
    hygiene::{ends, local, private},
    syntax::device::Device,
};

/// For a struct with a fault: lends one field of each type, so that borrowing it is no second fault.
pub(crate) fn stub(item: &DeriveInput) -> TokenStream {
    let p = private(Span::call_site());
    let (name, Data::Struct(data)) = (&item.ident, &item.data) else { return TokenStream::new() };
    if !item.generics.params.is_empty() {
        return TokenStream::new();
    }
    let mut seen = BTreeSet::new();
    let types = data.fields.iter().map(|field| &field.ty).filter(|ty| seen.insert(ty.to_token_stream().to_string()));
    let lends = types.map(|ty| {
        quote! {
            #[automatically_derived]
            impl #p::Lend<#ty> for #name {
                fn lend(&mut self) -> &mut #ty {
                    ::core::unreachable!()
                }
            }
        }
    });
    quote!(#(#lends)*)
}

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
