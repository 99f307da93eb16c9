//! Derives below an attribute of this crate that do not go with it.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, Path, Token, punctuated::Punctuated};

use crate::diag::Faults;

/// Takes the derives with these names away, and reports the first one with `why`: they are one mistake.
pub(crate) fn refuse(attrs: &mut [Attribute], names: &[&str], why: &str, faults: &mut Faults) {
    let mut found = false;
    for attr in attrs.iter_mut().filter(|attr| attr.path().is_ident("derive")) {
        let Ok(derives) = attr.parse_args_with(Punctuated::<Path, Token![,]>::parse_terminated) else { continue };
        let is_refused =
            |path: &&Path| path.segments.last().is_some_and(|last| names.iter().any(|name| last.ident == name));
        let Some(first) = derives.iter().find(is_refused) else { continue };
        if !found {
            faults.on(first, why);
        }
        found = true;
        let others: Vec<&Path> = derives.iter().filter(|path| !is_refused(path)).collect();
        let others: TokenStream = quote!(#(#others),*);
        if let syn::Meta::List(list) = &mut attr.meta {
            list.tokens = others;
        }
    }
}
