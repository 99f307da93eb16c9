//! One `alarm(..)` of `bindings![..]`.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::LitStr;

use crate::{
    hygiene::{call_at, ends, private},
    syntax::{
        alarm::{Condition, Limit, When},
        binding::Binding,
        port::Port,
    },
};

/// The call that makes the entry. Types that do not fit are reported at their tokens.
pub(crate) fn expand(
    binding: &Binding,
    port: &Port,
    list: &TokenStream,
    text: &LitStr,
    condition: &Condition,
) -> TokenStream {
    let p = private(Span::call_site());
    let Condition { when, after, severity, detail, latched } = condition;
    let (watched, when) = match when {
        When::Beyond { word, limit, hysteresis } => {
            let limit = match limit {
                Limit::Fixed(limit) => call_at(ends(limit), "limit", quote!(#limit)),
                Limit::Prop(port) => {
                    let watched = call_at(ends(port), "measured", port.expr());
                    quote!(#p::limit_of(#watched))
                }
            };
            let hysteresis = match hysteresis {
                Some(hysteresis) => call_at(ends(hysteresis), "hysteresis", quote!(#hysteresis)),
                None => quote!(0.0),
            };
            let when = match *word {
                "above" => quote!(#p::AlarmWhen::Above(#limit, #hysteresis)),
                _ => quote!(#p::AlarmWhen::Below(#limit, #hysteresis)),
            };
            ("measured", when)
        }
        When::Equals(value) => {
            let prop = port.expr();
            let held = call_at(ends(value), "held", quote!(#prop, #value));
            ("watched", quote!(#p::AlarmWhen::Equals(|| #held)))
        }
        When::Missing => ("watched", quote!(#p::AlarmWhen::Missing)),
    };
    let watched = call_at(ends(port), watched, port.expr());
    // The syntax has refused longer times.
    let after = u64::try_from(after.as_nanos()).unwrap_or(u64::MAX);
    let severity = match severity {
        Some(severity) => call_at(ends(severity), "severity", quote!(#severity)),
        None => quote!(#p::Severity::High),
    };
    let detail = detail.as_ref().map_or_else(|| quote!(""), |detail| quote!(#detail));
    let options = quote!(#p::AlarmOptions::new(#after, #severity, #latched));
    call_at((binding.word.span(), binding.close), "alarm", quote!(#watched, #list, #text, #detail, #when, #options))
}
