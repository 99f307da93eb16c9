//! `callbacks![a, b for Ui::left]`: the list, and one check per entry, reported at the entry.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::Path;

use crate::{
    hygiene::{call_at, ends, private},
    syntax::path::Place,
};

/// One callback in the list.
#[derive(Debug)]
pub(crate) struct Entry {
    /// The path of the callback.
    pub(crate) path: Path,
    /// The group that the callback is listed for.
    pub(crate) place: Option<Place>,
}

impl Entry {
    /// One entry for each group that a range names.
    fn each(&self) -> Vec<Self> {
        match &self.place {
            Some(place) => {
                let places = place.each().into_iter();
                places.map(|place| Self { path: self.path.clone(), place: Some(place) }).collect()
            }
            None => vec![Self { path: self.path.clone(), place: None }],
        }
    }
}

/// A block whose value is the `Callbacks` of the surrounding `impl Dashboard`.
pub(crate) fn expand(entries: &[Entry]) -> TokenStream {
    let p = private(Span::call_site());
    let entries: Vec<Entry> = entries.iter().flat_map(Entry::each).collect();
    let count = entries.len();
    let specs = entries.iter().map(|Entry { path, place }| {
        let spec = quote!(<#path as #p::Wired>::SPEC);
        match place.as_ref().map(at) {
            Some(at) => quote!(&#spec.at(#at)),
            None => quote!(&#spec),
        }
    });
    let checks = entries.iter().enumerate().map(|(at, entry)| {
        let check = call_at(ends(&entry.path), "check", quote!(__DD_GRAPH, #at));
        quote!(const _: () = #check;)
    });
    let listed = entries.iter().map(|Entry { path, place }| {
        let (first, last) = ends(path);
        let p = private(first);
        let (listed, argument) = match place {
            Some(place) => (quote_spanned!(first=> #p::listed_at::<_, __DdEntry, _>), at(place)),
            None => (quote_spanned!(first=> #p::listed::<_, __DdEntry>), TokenStream::new()),
        };
        let call = quote_spanned!(last=> (#argument));
        // The compiler could take a name between angle brackets for a constant. In a `type` it is a type, so its errors
        // have the same words as above and are reported once.
        quote!({ type __DdEntry = #path; #listed #call })
    });
    quote! {{
        const __DD_SPECS: [&#p::Spec; #count] = [#(#specs),*];
        const __DD_USES: ::core::primitive::usize = #p::uses(&__DD_SPECS);
        const __DD_GRAPH: &#p::Graph<#count, __DD_USES> = &#p::Graph::new(&__DD_SPECS);
        #(#checks)*
        #p::Callbacks::new(const { &[#(#listed),*] })
    }}
}

/// The position of the group.
fn at(place: &Place) -> TokenStream {
    let (expr, (_, last)) = (place.expr(), ends(place));
    let call = quote_spanned!(last=> .__dd_at());
    let p = private(Span::call_site());
    quote!({
        #[allow(unused_imports)]
        use #p::ArrayAt as _;
        #expr #call
    })
}
