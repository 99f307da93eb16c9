//! `#[components]`: a typed constant per field, and the table.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{ext::IdentExt, spanned::Spanned};

use crate::{
    docs,
    hygiene::private,
    syntax::components::{ComponentField, ComponentsStruct},
};

/// The struct, unchanged but for one lint, and what makes it a dashboard's components.
pub(crate) fn expand(components: &ComponentsStruct) -> TokenStream {
    let p = private(Span::call_site());
    let ComponentsStruct { item, fields } = components;
    let (name, vis) = (&item.ident, &item.vis);
    let name_text = name.unraw().to_string();
    let cfgs: Vec<_> = docs::cfgs(&item.attrs).collect();
    let constants = fields.iter().enumerate().map(|(at, field)| {
        let ComponentField { ident, ty, docs } = field;
        let id = id(&name_text, field, at);
        let p = private(ty.span());
        let props = quote_spanned!(ty.span()=> <#ty as #p::Component>::Props);
        quote! {
            #(#docs)*
            #vis const #ident: #props = <#props>::at(#id);
        }
    });
    let entries = fields.iter().map(|field| {
        let (ty, id) = (&field.ty, field.ident.unraw().to_string());
        let p = private(ty.span());
        let info = quote_spanned!(ty.span()=> <#ty as #p::Component>::INFO);
        quote!((#id, #info))
    });
    let built = fields.iter().enumerate().map(|(at, field)| {
        let ComponentField { ident, ty, .. } = field;
        let id = id(&name_text, field, at);
        let p = private(ty.span());
        let new = quote_spanned!(ty.span()=> <#ty as #p::Component>::new);
        quote!(#ident: #new(#id))
    });
    quote! {
        // A component that is not placed in `layout` is a field that is not read.
        #[deny(dead_code)]
        #item

        // Constants look like fields because they are written like fields: `Ui::brightness.value`.
        #(#cfgs)*
        #[allow(non_upper_case_globals, dead_code, missing_docs, private_interfaces, unreachable_pub)]
        impl #name {
            #(#constants)*
        }

        #(#cfgs)*
        #[automatically_derived]
        impl #p::Components for #name {
            const NAME: &'static ::core::primitive::str = #name_text;
            const COMPONENTS: &'static [(&'static ::core::primitive::str, &'static #p::ComponentInfo)] = &[#(#entries),*];

            fn build() -> Self {
                Self { #(#built),* }
            }
        }

        #(#cfgs)*
        #[automatically_derived]
        impl #p::Shows<Self> for #name {}
    }
}

/// The id of the `at`-th component.
fn id(name: &str, field: &ComponentField, at: usize) -> TokenStream {
    let p = private(Span::call_site());
    let id = field.ident.unraw().to_string();
    // `understand` has counted them.
    let at = u16::try_from(at).unwrap_or(u16::MAX);
    quote!(#p::ComponentId::new(#p::owner(::core::module_path!(), #name), #id, #at))
}
