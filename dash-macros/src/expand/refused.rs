//! What is emitted in place of an item with a fault, so that its uses are no further faults.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote};
use syn::{Attribute, Ident, Visibility, ext::IdentExt};

use crate::{docs, hygiene::with_fault};

/// A type with the name of the item and the fault in it. It is made of a struct of the user's crate, so that
/// `impl Ui { .. }` is no second fault.
pub(crate) fn expand(attrs: &[Attribute], vis: &Visibility, name: &Ident, fault: &syn::Error) -> TokenStream {
    let cfgs: Vec<_> = docs::cfgs(attrs).collect();
    let (holder, fault) = (format_ident!("__{}Refused", name.unraw(), span = Span::call_site()), with_fault(fault));
    quote! {
        #(#cfgs)*
        #[doc(hidden)]
        #[allow(non_camel_case_types, dead_code, missing_docs, missing_debug_implementations, unreachable_pub)]
        #vis struct #holder<T>(T);

        #(#cfgs)*
        #[allow(dead_code)]
        #vis type #name = #holder<#fault>;
    }
}
