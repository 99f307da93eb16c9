//! `bindings![bind(..), ..]`: the list, and one check per entry, reported at the entry.

use std::collections::BTreeSet;

use crate::{
    expand::alarm,
    hygiene::{call_at, ends, private},
    syntax::binding::{Arg, Binding, Component, Step},
};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};

/// A block whose value is the `Bindings` of the surrounding `impl Dashboard`.
pub(crate) fn expand(bindings: &[Binding]) -> TokenStream {
    let p = private(Span::call_site());
    // The expansion needs the dashboard's name. Checks that run while the user types are in constants of their own,
    // which cannot use `Self`.
    let Some(dashboard) = bindings.iter().find_map(|binding| binding.dashboards().next()) else {
        return quote!(#p::Bindings::NONE);
    };
    let count = bindings.len();
    let made = bindings.iter().map(|binding| {
        if let [Arg::Port(port), Arg::Component(list), Arg::Text(text), Arg::Condition(condition)] = &*binding.args {
            return alarm::expand(binding, port, &component_of(list, "alarms"), text, condition);
        }
        let args = binding.args.iter().map(|arg| match arg {
            Arg::Port(port) if binding.word == "bind" => call_at(ends(port), "bound", port.expr()),
            Arg::Port(port) => port.expr(),
            Arg::Inputs(ports) => {
                let inputs = ports.iter().map(|port| call_at(ends(port), "input", port.expr()));
                quote!([#(#inputs),*])
            }
            Arg::Component(component) => component_of(component, "component"),
            Arg::Text(text) => quote!(#text),
            Arg::Script { file, name } => quote_spanned!(file.span()=> #name, ::core::include_str!(#file)),
            // Only an alarm has one.
            Arg::Condition(_) => TokenStream::new(),
        });
        call_at((binding.word.span(), binding.close), &binding.word.to_string(), quote!(#(#args),*))
    });
    let checks = bindings.iter().enumerate().map(|(at, binding)| {
        let check = call_at((binding.word.span(), binding.close), "check_binding", quote!(__DD_GRAPH, #at));
        quote!(const _: () = #check;)
    });
    let targets = bindings.iter().filter_map(|binding| {
        let target = binding.target()?;
        let check = call_at(ends(target), "computed", target.expr());
        Some(quote!(const _: () = #check;))
    });
    let texts = bindings.iter().enumerate().flat_map(|(at, binding)| {
        binding.args.iter().filter_map(move |arg| match arg {
            Arg::Text(text) | Arg::Script { file: text, .. } => {
                let check = call_at(ends(text), "check_text", quote!(&__DD_BINDINGS[#at]));
                Some(quote!(const _: () = #check;))
            }
            Arg::Condition(condition) => {
                let detail = condition.detail.as_ref()?;
                let check = call_at(ends(detail), "check_detail", quote!(&__DD_BINDINGS[#at]));
                Some(quote!(const _: () = #check;))
            }
            Arg::Port(_) | Arg::Inputs(_) | Arg::Component(_) => None,
        })
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
        const __DD_USES: ::core::primitive::usize = #p::uses(&__DD_SPECS);
        const __DD_GRAPH: &#p::BoundGraph<__DD_CALLBACKS, __DD_USES, #count> =
            &#p::BoundGraph::new(&__DD_SPECS, &__DD_BINDINGS);
        #(#targets)*
        #(#texts)*
        #(#checks)*
        #p::Bindings::new(&__DD_BINDINGS) #(#of)*
    }}
}

/// The component and its id in the page, with the library's `function`. A path that is not what it takes is reported at its
/// tokens.
fn component_of(component: &Component, function: &str) -> TokenStream {
    let (Component { dashboard, name, inside }, id) = (component, component.id());
    let steps: Vec<_> = inside
        .iter()
        .map(|step| match step {
            Step::Field(field) => quote_spanned!(field.span()=> .#field),
            Step::Element(number) => quote_spanned!(number.span()=> [#number]),
        })
        .collect();
    let (first, last) = ends(quote!(#dashboard #name #(#steps)*));
    let (p, function) = (private(first), Ident::new(function, last));
    let qualified = quote_spanned!(first=> <#dashboard>::);
    let rest = quote_spanned!(last=> _>(#qualified #name #(#steps)*, #id));
    quote_spanned!(first=> #p::#function::<#dashboard, #rest)
}
