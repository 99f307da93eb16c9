//! `#[derive(Route)]`: converts between a path and a page.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::DeriveInput;

use crate::{
    hygiene::{ends, local, private},
    syntax::route::{Page, Part, Route},
};

/// The implementation.
pub(crate) fn expand(Route { name, pages, not_found }: &Route) -> TokenStream {
    let p = private(Span::call_site());
    let [path, texts] = ["path", "texts"].map(|name| local(name, Span::call_site()));
    let readers = pages.iter().map(|Page { name, parts, .. }| {
        let pattern = parts.iter().map(|part| match part {
            Part::Fixed(text) => quote!(::core::option::Option::Some(#text)),
            Part::Field(..) => quote!(::core::option::Option::None),
        });
        let fields = fields(parts).enumerate().map(|(at, (ident, ty))| {
            let (first, last) = ends(ty);
            let p = private(first);
            let read = quote_spanned!(last=> (&#texts[#at])?);
            let read = quote_spanned!(first=> <#ty as #p::PathPart>::read #read);
            quote!(#ident: #read)
        });
        quote! {
            (|| {
                let #texts = #p::match_path(#path, &[#(#pattern),*])?;
                let _ = &#texts;
                ::core::option::Option::Some(Self::#name { #(#fields),* })
            })()
        }
    });
    let writers = pages.iter().map(|Page { name, parts, .. }| {
        let names: Vec<_> = fields(parts).map(|(ident, _)| ident).collect();
        let bound: Vec<_> = (0..names.len()).map(|at| local(at, Span::call_site())).collect();
        let mut next = bound.iter();
        let written = parts.iter().map(|part| match part {
            Part::Fixed(text) => quote!(#text),
            Part::Field(_, ty) => {
                let (bound, (first, last)) = (next.next(), ends(ty));
                let p = private(first);
                let write = quote_spanned!(last=> (#bound));
                let write = quote_spanned!(first=> <#ty as #p::PathPart>::text #write);
                quote!(&#write)
            }
        });
        quote!(Self::#name { #(#names: #bound),* } => #p::write_path(&[#(#written),*]))
    });
    quote! {
        #[automatically_derived]
        impl #p::Route for #name {
            fn from_path(#path: &::core::primitive::str) -> Self {
                ::core::option::Option::None
                    #(.or_else(|| #readers))*
                    .unwrap_or(Self::#not_found)
            }

            fn path(&self) -> ::std::string::String {
                match self {
                    #(#writers,)*
                    Self::#not_found => ::std::string::String::from(#p::NOWHERE),
                }
            }
        }
    }
}

/// For an enum with a fault, so that its uses are no second fault.
pub(crate) fn stub(item: &DeriveInput) -> TokenStream {
    let p = private(Span::call_site());
    let name = &item.ident;
    let (implemented, types, bounds) = item.generics.split_for_impl();
    quote! {
        #[automatically_derived]
        impl #implemented #p::Route for #name #types #bounds {
            fn from_path(_: &::core::primitive::str) -> Self {
                ::core::unreachable!()
            }

            fn path(&self) -> ::std::string::String {
                ::core::unreachable!()
            }
        }
    }
}

fn fields(parts: &[Part]) -> impl Iterator<Item = (&syn::Ident, &syn::Type)> {
    parts.iter().filter_map(|part| match part {
        Part::Field(ident, ty) => Some((ident, &**ty)),
        Part::Fixed(_) => None,
    })
}
