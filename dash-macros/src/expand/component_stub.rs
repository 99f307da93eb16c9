//! Replaces a component that cannot be made, so that its uses are no second fault.

use proc_macro2::{Span, TokenStream};
use quote::quote;

use super::{bound, props, refused};
use crate::{
    hygiene::private,
    model::{Component, Kind, Prop},
};

/// The properties as far as they are known, and implementations that are never called.
pub(crate) fn expand(component: &Component) -> TokenStream {
    let p = private(Span::call_site());
    if !component.generics.params.is_empty() {
        return TokenStream::new();
    }
    let (name, props) = (&component.name, props::name(component));
    let declared = match &component.no_fields {
        // Of a type with an error, no property is a second fault.
        Some(fault) => {
            let (vis, bound) = (&component.vis, bound::name(component));
            let refused = refused::expand(&[], vis, &props, fault);
            quote! {
                #refused

                #[allow(dead_code)]
                #vis type #bound = #props;

                #[automatically_derived]
                impl #p::Bindable for #name {
                    type Bound = #bound;

                    fn bound() -> #bound {
                        ::core::unreachable!()
                    }
                }
            }
        }
        None => {
            let (props_struct, bound_struct) = (props::declare(component), bound::expand(component));
            quote!(#props_struct #bound_struct)
        }
    };
    let constants = match &component.no_fields {
        Some(_) => quote!(::core::unreachable!()),
        None => quote!(#props::at(#p::id::<__Page, __N>())),
    };
    let never = quote!(::core::unreachable!());
    let (vis, states) = (&component.vis, component.props.iter().filter(|prop| matches!(prop.kind, Kind::State { .. })));
    let setters = states.filter(|prop| prop.setter).map(|Prop { ident, ty, .. }| {
        quote! {
            #[allow(dead_code, missing_docs, unreachable_pub)]
            #vis fn #ident(self, _: impl #p::IntoValue<#ty>) -> Self {
                #never
            }
        }
    });
    quote! {
        #declared

        impl #name {
            #(#setters)*
        }

        #[automatically_derived]
        impl<__Page: #p::Page, const __N: ::core::primitive::usize> #p::Field<__Page, __N> for #name {
            type Props = #props;
            const PROPS: Self::Props = #constants;
            const COUNT: ::core::primitive::usize = 1;
            type At<__Other: #p::Page, const __M: ::core::primitive::usize> = #p::Put<Self, __Other, __M>;

            fn list(_: &mut #p::List) {
                #never
            }

            fn build() -> Self {
                #never
            }
        }

        #[automatically_derived]
        impl #p::IntoElement for #name {
            fn into_element(self) -> #p::Element {
                #never
            }
        }

        #[automatically_derived]
        impl #p::Children for #name {
            fn push_into(self, _: &mut ::std::vec::Vec<#p::Element>) {
                #never
            }
        }
    }
}
