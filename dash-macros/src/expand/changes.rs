//! `changes![Ui::a.value = 1.0]`: the changes, one after the other, each checked against its property.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};

use crate::{
    hygiene::{call_at, ends, local, private, respan},
    syntax::changes::Mod,
};

/// The inside of a block whose value is the `Changes` of the dashboard that the first property is of.
pub(crate) fn expand(changes: &[Mod]) -> TokenStream {
    let p = private(Span::call_site());
    let Some(first) = changes.first().map(|first| first.port.dashboard()) else {
        // A fault was reported.
        return quote!(#p::Changes::new());
    };
    let list = local("changes", Span::call_site());
    let puts = changes.iter().map(|Mod { port, value }| {
        let (dashboard, expr) = (port.dashboard(), port.expr());
        let is_first = dashboard.to_token_stream().to_string() == first.to_token_stream().to_string();
        // A property of another dashboard is reported at its path, an event at the property.
        let port = if is_first {
            call_at(ends(port), "push_port", expr)
        } else {
            let (start, end) = ends(&dashboard);
            let p = private(start);
            let first = respan(&first, start);
            let of = quote_spanned!(end=> push_port_of::<#first, #dashboard, _>);
            quote_spanned!(start=> #p::#of(#expr))
        };
        // In one statement, so that the value may borrow from what it makes on the way.
        let put = call_at(ends(value), "put_change", quote!(&mut #list, #port, #value));
        quote!(#put;)
    });
    quote! {
        let mut #list = #p::Changes::<#first>::new();
        #(#puts)*
        #list
    }
}
