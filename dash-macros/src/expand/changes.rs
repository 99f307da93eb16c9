//! `changes![Ui::a.value = 1.0]`: the changes in their order, each checked against its property.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};

use crate::{
    hygiene::{call_at, ends, local, private, respan},
    syntax::changes::Mod,
};

/// The inside of a block whose value is the `Changes` of the dashboard of the first property.
pub(crate) fn expand(changes: &[Mod]) -> TokenStream {
    let p = private(Span::call_site());
    let Some(first) = changes.first().map(|first| first.port.dashboard()) else {
        // A fault was already reported.
        return quote!(#p::Changes::new());
    };
    let list = local("changes", Span::call_site());
    let puts = changes.iter().map(|Mod { port, value }| {
        let (dashboard, expr) = (port.dashboard(), port.expr());
        let is_first = dashboard.to_token_stream().to_string() == first.to_token_stream().to_string();
        // A property of another dashboard is reported at its path, and an event at the property.
        let port = if is_first {
            call_at(ends(port), "push_port", expr)
        } else {
            let (start, end) = ends(&dashboard);
            let p = private(start);
            let first = respan(&first, start);
            let of = quote_spanned!(end=> push_port_of::<#first, #dashboard, _>);
            quote_spanned!(start=> #p::#of(#expr))
        };
        // One statement, so that the value may borrow from temporaries.
        let put = call_at(ends(value), "put_change", quote!(&mut #list, #port, #value));
        quote!(#put;)
    });
    quote! {
        let mut #list = #p::Changes::<#first>::new();
        #(#puts)*
        #list
    }
}
