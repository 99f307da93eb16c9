//! `#[value]`: the derives of serde and schemars, with the paths that `dash_devices` re-exports.

use proc_macro2::{Span, TokenStream};
use quote::quote;

use crate::hygiene::private;

/// The item with its derives.
///
/// By default the derives refer to their own crate by name. The attributes give them its path, so that the user's crate
/// needs no dependency on them.
pub(crate) fn expand(item: &TokenStream) -> TokenStream {
    let p = private(Span::call_site());
    let [serde, schemars] = [quote!(#p::serde), quote!(#p::schemars)];
    let [serde_text, schemars_text] = [&serde, &schemars].map(|path| path.to_string().replace(' ', ""));
    quote! {
        #[derive(#serde::Serialize, #serde::Deserialize, #schemars::JsonSchema)]
        #[serde(crate = #serde_text)]
        #[schemars(crate = #schemars_text)]
        #item
    }
}
