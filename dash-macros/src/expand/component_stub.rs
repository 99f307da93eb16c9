//! Replaces a component that cannot be understood, so that its uses are no second fault.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote};
use syn::{DeriveInput, ext::IdentExt};

use crate::{diag::Faults, hygiene::private};

/// The implementations, with the fault as the type of the component's properties.
pub(crate) fn expand(item: &DeriveInput, faults: Faults) -> TokenStream {
    let p = private(Span::call_site());
    let Some((first, others)) = faults.finish_as_type() else { return TokenStream::new() };
    let (name, vis) = (&item.ident, &item.vis);
    let [props, bound] = ["Props", "Bound"].map(|end| format_ident!("{}{end}", name.unraw()));
    let (implemented, types, bounds) = item.generics.split_for_impl();
    let params = &item.generics.params;
    let comma = (!params.is_empty() && !params.trailing_punct()).then(|| quote!(,));
    let _ = implemented;
    quote! {
        #[allow(dead_code, unreachable_pub)]
        #vis type #props = #first;
        #[allow(dead_code, unreachable_pub)]
        #vis type #bound = #props;

        #[automatically_derived]
        impl<#params #comma __Page: #p::Page, const __N: ::core::primitive::usize> #p::Field<__Page, __N> for #name #types #bounds {
            type Props = #props;
            const PROPS: Self::Props = ::core::unreachable!();
            const COUNT: ::core::primitive::usize = 1;
            type At<__Other: #p::Page, const __M: ::core::primitive::usize> = #p::Put<Self, __Other, __M>;

            fn list(_: &mut #p::List) {
                ::core::unreachable!()
            }

            fn build() -> Self {
                ::core::unreachable!()
            }
        }

        #[automatically_derived]
        impl #implemented #p::Table for #name #types #bounds {
            const INFO: &'static #p::ComponentInfo = ::core::unreachable!();

            fn new(_: #p::ComponentId) -> Self {
                ::core::unreachable!()
            }

            fn values(&self) -> ::core::result::Result<::std::vec::Vec<::core::option::Option<#p::Value>>, ::std::string::String> {
                ::core::unreachable!()
            }
        }

        #others
    }
}
