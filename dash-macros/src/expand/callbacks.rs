//! `callbacks![a, b]`: the list, and one check per entry, reported at the entry.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::Path;

use crate::hygiene::{call_at, ends, private};

/// A block whose value is the `Callbacks` of the dashboard it stands in.
pub(crate) fn expand(entries: &[Path]) -> TokenStream {
    let p = private(Span::call_site());
    let count = entries.len();
    let checks = entries.iter().enumerate().map(|(at, path)| {
        let check = call_at(ends(path), "check", quote!(&__DD_SPECS, #at));
        quote!(const _: () = #check;)
    });
    let listed = entries.iter().map(|path| {
        let (first, last) = ends(path);
        let p = private(first);
        let listed = quote_spanned!(first=> #p::listed::<_, __DdEntry>);
        let call = quote_spanned!(last=> ());
        // A name between angle brackets could be a constant to the compiler; in a `type` it is a type, and what is wrong
        // with it is said in the same words as above, and so once.
        quote!({ type __DdEntry = #path; #listed #call })
    });
    quote! {{
        const __DD_SPECS: [&#p::Spec; #count] = [#(&<#entries as #p::Wired>::SPEC),*];
        #(#checks)*
        #p::Callbacks::new(const { &[#(#listed),*] })
    }}
}
