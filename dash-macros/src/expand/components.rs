//! `#[components]`: a typed constant per field, and the table.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::ext::IdentExt;

use crate::{
    docs,
    hygiene::{ends, private, respan},
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
        let ComponentField { ident, docs, .. } = field;
        let (ty, value) = (of_field(name, field, at, "Props", None), of_field(name, field, at, "PROPS", None));
        quote! {
            #(#docs)*
            #vis const #ident: #ty = #value;
        }
    });
    let ids: Vec<_> = fields.iter().map(|field| field.ident.unraw().to_string()).collect();
    let infos = fields.iter().enumerate().map(|(at, field)| of_field(name, field, at, "INFO", None));
    let built = fields.iter().enumerate().map(|(at, field)| {
        let (ident, new) = (&field.ident, of_field(name, field, at, "build", Some(TokenStream::new())));
        quote!(#ident: #new)
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
        impl #p::Page for #name {
            const OWNER: ::core::primitive::u64 = #p::owner(::core::module_path!(), #name_text);
            const IDS: &'static [&'static ::core::primitive::str] = &[#(#ids),*];
        }

        #(#cfgs)*
        #[automatically_derived]
        impl #p::Components for #name {
            const NAME: &'static ::core::primitive::str = #name_text;
            const COMPONENTS: &'static [(&'static ::core::primitive::str, &'static #p::ComponentInfo)] = &[#((#ids, #infos)),*];

            fn build() -> Self {
                Self { #(#built),* }
            }
        }

        #(#cfgs)*
        #[automatically_derived]
        impl #p::Shows<Self> for #name {}
    }
}

/// `<Slider as Field<Ui, 0>>::item`, at the field's type: what is not a component is reported there, whatever of it is
/// used, in the same words, and so once.
fn of_field(page: &Ident, field: &ComponentField, at: usize, item: &str, args: Option<TokenStream>) -> TokenStream {
    let ty = &field.ty;
    let (first, last) = ends(ty);
    let p = private(first);
    let (page, item) = (respan(page, first), Ident::new(item, last));
    let args = args.map(|args| quote_spanned!(last=> (#args)));
    quote_spanned!(first=> <#ty as #p::Field<#page, #at>>::#item #args)
}
