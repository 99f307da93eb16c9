//! `#[derive(Role)]`: the order and the names of the roles.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::{ConstParam, DeriveInput, GenericParam, TypeParam, ext::IdentExt};

use crate::{
    hygiene::{local, private},
    syntax::role::{self, Role},
};

/// The implementation.
pub(crate) fn expand(Role { name, roles }: &Role) -> TokenStream {
    let p = private(Span::call_site());
    let level = local("level", Span::call_site());
    let texts = roles.iter().map(role::name);
    let text = name.unraw().to_string();
    // There are fewer roles than a `u8` has values.
    let levels: Vec<u8> = (0..).take(roles.len()).collect();
    let last = roles.last();
    quote! {
        #[automatically_derived]
        impl #p::Role for #name {
            const ID: ::core::primitive::u64 = #p::owner(::core::module_path!(), #text);
            const NAMES: &'static [&'static ::core::primitive::str] = &[#(#texts),*];

            fn level(&self) -> ::core::primitive::u8 {
                match self {
                    #(Self::#roles => #levels,)*
                }
            }

            fn from_level(#level: ::core::primitive::u8) -> Self {
                match #level {
                    #(#levels => Self::#roles,)*
                    _ => Self::#last,
                }
            }
        }
    }
}

/// For an enum with a fault, so that its uses are no second fault.
pub(crate) fn stub(item: &DeriveInput) -> TokenStream {
    let p = private(Span::call_site());
    let name = &item.ident;
    let text = name.unraw().to_string();
    // Roles live as long as the program, so lifetimes are that of the program here.
    let mut generics = item.generics.clone();
    generics.params = generics.params.into_iter().filter(|param| !matches!(param, GenericParam::Lifetime(_))).collect();
    let (implemented, _, bounds) = generics.split_for_impl();
    let given = item.generics.params.iter().map(|param| match param {
        GenericParam::Lifetime(_) => quote!('static),
        GenericParam::Type(TypeParam { ident, .. }) | GenericParam::Const(ConstParam { ident, .. }) => quote!(#ident),
    });
    let types = (!item.generics.params.is_empty()).then(|| quote!(<#(#given),*>));
    quote! {
        #[automatically_derived]
        impl #implemented #p::Role for #name #types #bounds {
            const ID: ::core::primitive::u64 = #p::owner(::core::module_path!(), #text);
            const NAMES: &'static [&'static ::core::primitive::str] = &[#text];

            fn level(&self) -> ::core::primitive::u8 {
                0
            }

            fn from_level(_: ::core::primitive::u8) -> Self {
                ::core::unreachable!()
            }
        }
    }
}
