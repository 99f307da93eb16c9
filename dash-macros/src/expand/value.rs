//! `#[value]`: the derives of serde and schemars, with the paths that `dash_devices` re-exports.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::{Attribute, Data, DeriveInput, Fields, ext::IdentExt as _};

use crate::hygiene::private;

/// The item with its derives.
///
/// By default the derives refer to their own crate by name. The attributes give them its path, so that the user's crate
/// needs no dependency on them.
pub(crate) fn expand(item: &TokenStream) -> TokenStream {
    let p = private(Span::call_site());
    let [serde, schemars] = [quote!(#p::serde), quote!(#p::schemars)];
    let shown = shown(item);
    let [serde_text, schemars_text] = [&serde, &schemars].map(|path| path.to_string().replace(' ', ""));
    quote! {
        #[derive(#serde::Serialize, #serde::Deserialize, #schemars::JsonSchema)]
        #[serde(crate = #serde_text)]
        #[schemars(crate = #schemars_text)]
        #item
        #shown
    }
}

/// An enumeration whose variants have no fields is a text for views, and its variants can be options.
fn shown(item: &TokenStream) -> Option<TokenStream> {
    let item: DeriveInput = syn::parse2(item.clone()).ok()?;
    let Data::Enum(data) = &item.data else { return None };
    let plain = data.variants.iter().all(|variant| matches!(variant.fields, Fields::Unit));
    if !plain || data.variants.is_empty() || !item.generics.params.is_empty() {
        return None;
    }
    let (p, name) = (private(Span::call_site()), &item.ident);
    let cfgs = cfgs_of(&item.attrs);
    let variants = data.variants.iter().map(|variant| {
        let (cfgs, variant) = (cfgs_of(&variant.attrs), &variant.ident);
        let text = variant.unraw().to_string();
        quote!(#(#cfgs)* (Self::#variant, #text))
    });
    Some(quote! {
        #(#cfgs)*
        #[automatically_derived]
        impl #p::Shown for #name {
            type Of = ::std::string::String;
        }

        #(#cfgs)*
        #[automatically_derived]
        impl #p::Text for #name {}

        #(#cfgs)*
        #[automatically_derived]
        impl #p::TextValue for #name {}

        #(#cfgs)*
        #[automatically_derived]
        impl #p::Variants for #name {
            const VARIANTS: &'static [(Self, &'static ::core::primitive::str)] = &[#(#variants),*];
        }
    })
}

/// What an item or a variant is conditional on.
fn cfgs_of(attrs: &[Attribute]) -> Vec<&Attribute> {
    attrs.iter().filter(|attr| attr.path().is_ident("cfg")).collect()
}
