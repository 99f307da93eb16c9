//! `bindings![bind(..), ..]`: the list, and one check per entry, reported at the entry.

use std::collections::BTreeSet;

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::ext::IdentExt;

use crate::{
    hygiene::{call_at, ends, private},
    syntax::{
        self,
        binding::{Arg, Binding},
    },
};

/// A block whose value is the `Bindings` of the dashboard it stands in.
pub(crate) fn expand(bindings: &[Binding]) -> TokenStream {
    let p = private(Span::call_site());
    // The dashboard has a name here: what has to be checked while the user types is in constants of their own, which know
    // no `Self`.
    let Some(dashboard) = bindings.iter().find_map(|binding| binding.dashboards().next()) else {
        return quote!(#p::Bindings::NONE);
    };
    let count = bindings.len();
    let made = bindings.iter().map(|binding| {
        let args = binding.args.iter().map(|arg| match arg {
            Arg::Port(port) => port.expr(),
            Arg::Inputs(ports) => {
                let inputs = ports.iter().map(|port| call_at(ends(port), "input", port.expr()));
                quote!([#(#inputs),*])
            }
            Arg::Component(component) => {
                let syntax::binding::Component { dashboard, name } = component;
                let text = name.unraw().to_string();
                quote!(#p::component::<#dashboard, _>(<#dashboard>::#name, #text))
            }
            Arg::Text(text) => quote!(#text),
            Arg::Script { file, name } => quote_spanned!(file.span()=> #name, ::core::include_str!(#file)),
        });
        call_at((binding.word.span(), binding.close), &binding.word.to_string(), quote!(#(#args),*))
    });
    let checks = bindings.iter().enumerate().map(|(at, binding)| {
        let check =
            call_at((binding.word.span(), binding.close), "check_binding", quote!(&__DD_SPECS, &__DD_BINDINGS, #at));
        quote!(const _: () = #check;)
    });
    let mut seen = BTreeSet::new();
    let of = bindings
        .iter()
        .flat_map(Binding::dashboards)
        .filter_map(|shown| seen.insert(shown.to_token_stream().to_string()).then(|| quote!(.of::<#shown>())));
    quote! {{
        const __DD_BINDINGS: [#p::Binding; #count] = [#(#made),*];
        const __DD_CALLBACKS: ::core::primitive::usize = <#dashboard as #p::Dashboard>::CALLBACKS.len();
        const __DD_SPECS: [&#p::Spec; __DD_CALLBACKS] = <#dashboard as #p::Dashboard>::CALLBACKS.specs();
        #(#checks)*
        #p::Bindings::new(&__DD_BINDINGS) #(#of)*
    }}
}
