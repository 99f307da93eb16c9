//! `#[value]`: the derives of serde and schemars, by the paths at which `dash_devices` has them.

use proc_macro2::{Span, TokenStream};
use quote::quote;

use crate::hygiene::private;

/// The item with its derives.
///
/// The derives find their own crate by name unless they are told where it is. The user's crate need not depend on them.
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
