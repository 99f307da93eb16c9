//! The properties of a component as its view sees them.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{ext::IdentExt, spanned::Spanned};

use super::props::docs;
use crate::{
    hygiene::{ends, private},
    model::{Component, Kind, Prop},
};

/// `SliderBound`
pub(crate) fn name(component: &Component) -> Ident {
    format_ident!("{}Bound", component.name)
}

/// `SliderBound`, with a field for each state property, and the implementation that makes it.
pub(crate) fn expand(component: &Component) -> TokenStream {
    let p = private(Span::call_site());
    let Component { vis, name, props, .. } = component;
    let bound = self::name(component);
    let doc = format!("The state properties of [`{}`] in its view.", name.unraw());
    let states = || props.iter().enumerate().filter(|(_, prop)| matches!(prop.kind, Kind::State { .. }));
    let fields = states().map(|(_, Prop { ident, ty, .. })| {
        let (first, last) = ends(ty);
        let (p, close) = (private(first), quote_spanned!(last=> >));
        let (open, bound) = (quote_spanned!(first=> <), Ident::new("Bound", ty.span()));
        quote!(#vis #ident: #p::#bound #open #ty #close)
    });
    let docs = states().map(|(_, prop)| docs(prop));
    let made = states().map(|(at, prop)| {
        let ident = &prop.ident;
        // A component never has more properties than a `u16` can count, because users write each field by hand.
        let at = u16::try_from(at).unwrap_or(u16::MAX);
        quote!(#ident: #p::Bound::prop(#at))
    });
    quote! {
        #[doc = #doc]
        #[allow(dead_code, missing_debug_implementations, private_interfaces, unreachable_pub)]
        #vis struct #bound {
            #(#docs #fields,)*
        }

        #[automatically_derived]
        impl #p::Bindable for #name {
            type Bound = #bound;

            fn bound() -> #bound {
                #bound { #(#made),* }
            }
        }
    }
}

/// For a component without a script: an error if it has no view, because then nothing would show a change.
pub(crate) fn demand_view(component: &Component) -> TokenStream {
    let name = &component.name;
    let p = private(name.span());
    let message = format!(
        "nothing updates a `{name}` in the browser: write `impl View for {name}` instead of `impl Render`, or name the script that does it with `script = \"{}.js\"`",
        name.unraw().to_string().to_lowercase()
    );
    quote_spanned! {name.span()=>
        const _: () = {
            #[allow(unused_imports)]
            use #p::NoView as _;
            ::core::assert!(<#p::ViewOf<#name>>::RECORD.is_some() || !<#p::ViewOf<#name>>::IS_DRAWN, #message);
        };
    }
}
