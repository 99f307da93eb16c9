//! Replaces a component that cannot be made, so that its uses are no second fault.

use proc_macro2::{Span, TokenStream};
use quote::quote;

use super::{bound, props};
use crate::{hygiene::private, model::Component};

/// The properties as far as they are known, and implementations that are never called.
pub(crate) fn expand(component: &Component) -> TokenStream {
    let p = private(Span::call_site());
    let (name, props) = (&component.name, props::name(component));
    let (props_struct, bound_struct) = (props::declare(component), bound::expand(component));
    let (implemented, types, bounds) = component.generics.split_for_impl();
    let params = component.generics.params.iter();
    let never = quote!(::core::unreachable!());
    quote! {
        #props_struct

        #bound_struct

        #[automatically_derived]
        impl<#(#params,)* __Page: #p::Page, const __N: ::core::primitive::usize> #p::Field<__Page, __N> for #name #types #bounds {
            type Props = #props;
            const PROPS: Self::Props = #props::at(#p::id::<__Page, __N>());
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
        impl #implemented #p::IntoElement for #name #types #bounds {
            fn into_element(self) -> #p::Element {
                #never
            }
        }

        #[automatically_derived]
        impl #implemented #p::Children for #name #types #bounds {
            fn push_into(self, _: &mut ::std::vec::Vec<#p::Element>) {
                #never
            }
        }

        #[automatically_derived]
        impl #implemented #p::Component for #name #types #bounds {
            type Props = #props;
            const INFO: &'static #p::ComponentInfo = #never;

            fn new(_: #p::ComponentId) -> Self {
                #never
            }

            fn id(&self) -> #p::ComponentId {
                #never
            }

            fn load(_: #p::ComponentId, _: &#p::Values<'_>) -> Self {
                #never
            }

            fn missing(&self) -> ::std::vec::Vec<&'static ::core::primitive::str> {
                #never
            }

            fn values(&self) -> ::core::result::Result<::std::vec::Vec<::core::option::Option<#p::Value>>, ::std::string::String> {
                #never
            }
        }
    }
}
