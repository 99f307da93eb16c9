//! The wiring of a callback as a constant.

use std::time::Duration;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::ext::IdentExt;

use super::{callback::param_trait, components};
use crate::{
    hygiene::{call_at, ends, private},
    model::{Callback, Read, Scope},
    syntax::{
        callback::{Every, Guard, Queue},
        function::Rate,
        path::Rows,
        port::Port,
    },
};

/// `Spec { .. }`, with only the fields that differ from the default.
pub(crate) fn expand(callback: &Callback) -> TokenStream {
    let p = private(Span::call_site());
    let mut fields = Vec::new();
    // The body checks what can be read and written. A check here would report the same fault again.
    let reads: Vec<_> = callback.reads().flat_map(|read| table_entries(&read.port, "port")).collect();
    if !reads.is_empty() {
        fields.push(quote!(reads: &[#(#reads),*]));
    }
    let readings = readings(callback);
    if !readings.is_empty() {
        fields.push(quote!(readings: &[#(#readings),*]));
    }
    let starts = callback.reads().filter(|read| read.starts).flat_map(|read| table_entries(&read.port, "port"));
    let triggers: Vec<_> = starts.chain(callback.on.iter().flat_map(|port| table_entries(port, "trigger"))).collect();
    if !triggers.is_empty() {
        fields.push(quote!(triggers: &[#(#triggers),*]));
    }
    if !callback.hooks.is_empty() {
        let hooks = callback.hooks.iter().map(|(_, hook)| {
            let word = Ident::new(hook.word(), Span::call_site());
            quote!(#word: true)
        });
        fields.push(quote!(hooks: #p::Hooks { #(#hooks,)* ..#p::Hooks::NONE }));
    }
    let rates: Vec<_> = callback.reads().filter_map(rated).flatten().collect();
    if !rates.is_empty() {
        fields.push(quote!(rates: &[#(#rates),*]));
    }
    let outputs: Vec<_> = callback.writes().iter().map(|port| table_entry(port, "port")).collect();
    if !outputs.is_empty() {
        fields.push(quote!(outputs: &[#(#outputs),*]));
    }
    let guards: Vec<_> = callback.guards.iter().map(guard).collect();
    if !guards.is_empty() {
        fields.push(quote!(guards: &[#(#guards),*]));
    }
    let progress: Vec<_> = callback.progress().map(|port| table_entry(port, "port")).collect();
    if !progress.is_empty() {
        fields.push(quote!(progress: &[#(#progress),*]));
    }
    let cancels: Vec<_> = callback.cancels.iter().flat_map(|port| table_entries(port, "cancels")).collect();
    if !cancels.is_empty() {
        fields.push(quote!(cancels: &[#(#cancels),*]));
    }
    match &callback.every {
        None => {}
        Some(Every::Fixed(time)) => {
            let time = duration(*time);
            fields.push(quote!(every: ::core::option::Option::Some(#p::Every::Fixed(#time))));
        }
        Some(Every::Prop(port)) => {
            let period = table_entry(port, "period");
            fields.push(quote!(every: ::core::option::Option::Some(#period)));
        }
    }
    if callback.watched {
        fields.push(quote!(watched: true));
    }
    match callback.queue {
        None => {}
        Some(Queue::Latest) => fields.push(quote!(queue: #p::Queue::Latest)),
        Some(Queue::All) => fields.push(quote!(queue: #p::Queue::All)),
        Some(Queue::Skip) => fields.push(quote!(queue: #p::Queue::Skip)),
    }
    if !callback.initial {
        fields.push(quote!(initial: false));
    }
    if let Some(time) = callback.deadline {
        let time = duration(time);
        fields.push(quote!(deadline: ::core::option::Option::Some(#time)));
    }
    if let Some(time) = callback.lifespan {
        let time = duration(time);
        fields.push(quote!(lifespan: ::core::option::Option::Some(#time)));
    }
    if callback.revert {
        fields.push(quote!(revert: true));
    }
    if let Some(function) = &callback.on_error {
        let hook = call_at(ends(function), "hook", quote!(#function));
        fields.push(quote!(on_error: #hook));
    }
    let params: Vec<_> = callback
        .extracts()
        .map(|ty| {
            // With the words and the span of the body, so that a type that is not a parameter is reported once.
            let (first, last) = ends(ty);
            let p = private(first);
            let (param, of) = (param_trait(callback.scope, first), Ident::new("OF", last));
            quote_spanned!(first=> <#ty as #p::#param>::#of)
        })
        .collect();
    if !params.is_empty() {
        fields.push(quote!(params: &[#(#params),*]));
    }
    if let Some(list) = callback.list() {
        let list = call_at(ends(&list), "rows_port", list.list());
        fields.push(quote!(key: ::core::option::Option::Some(#list)));
    }
    if let (Some(role), Some(port)) = (&callback.needs, callback.ports().next()) {
        let level = components::level(&port.dashboard().to_token_stream(), role);
        fields.push(quote!(needs: #level));
    }
    let reveals: Vec<_> = callback.reveals.iter().flat_map(|port| table_entries(port, "port")).collect();
    if !reveals.is_empty() {
        fields.push(quote!(reveals: &[#(#reveals),*]));
    }
    let under: Vec<_> = callback
        .under
        .iter()
        .map(|place| {
            let ((first, last), path) = (ends(place), place.expr());
            let gate = call_at((first, last), "gate_id", quote_spanned!(first=> &#path));
            quote!(|| #gate)
        })
        .collect();
    if !under.is_empty() {
        fields.push(quote!(under: &[#(#under),*]));
    }
    if callback.by_http {
        fields.push(quote!(by_http: true));
    }
    if let Some(ty) = callback.session() {
        // Selects the type's own constant if the type is `Clone`. Otherwise method lookup falls back to the trait's
        // constant.
        fields.push(quote! {
            session: ::core::option::Option::Some({
                #[allow(unused_imports)]
                use #p::NoSessionCopy as _;
                #p::SessionCopy::<#ty>::SESSION
            })
        });
    }
    let base = base(callback);
    quote!(#p::Spec { #(#fields,)* ..#base })
}

fn duration(time: Duration) -> TokenStream {
    let (secs, nanos) = (time.as_secs(), time.subsec_nanos());
    quote!(::core::time::Duration::new(#secs, #nanos))
}

/// `rated(Ui::x.value, Rate::Throttle(50))`, for each property of the port.
fn rated(read: &Read) -> Option<Vec<TokenStream>> {
    let p = private(Span::call_site());
    let rate = match read.rate? {
        Rate::Throttle(millis) => quote!(#p::Rate::Throttle(#millis)),
        Rate::Debounce(millis) => quote!(#p::Rate::Debounce(#millis)),
    };
    let entry = |port: &Port| {
        let prop = port.expr();
        call_at(ends(port), "rated", quote!(#prop, #rate))
    };
    Some(read.port.each().iter().map(entry).collect())
}

/// `Guard { .. }`, with a function without captures. A type that does not fit is reported at the value.
fn guard(Guard { port, value }: &Guard) -> TokenStream {
    let p = private(Span::call_site());
    let entry = table_entry(port, "port");
    let prop = call_at(ends(port), "guarded", port.expr());
    let held = call_at(ends(value), "held", quote!(#prop, #value));
    quote!(#p::Guard { port: #entry, value: || #held })
}

/// `Spec::new(..)` with name, source location and scope.
pub(crate) fn base(callback: &Callback) -> TokenStream {
    let p = private(Span::call_site());
    let name = callback.name.unraw().to_string();
    let scope = match callback.scope {
        Scope::Shared => quote!(Shared),
        Scope::Private => quote!(Private),
    };
    // With the span of the name, which no macro made, these expand to the location of the name.
    let place = quote_spanned!(callback.name.span()=> ::core::file!(), ::core::line!());
    quote!(#p::Spec::new(#name, #place, #p::Scope::#scope))
}

/// `function(Ui::x.value)`, reported at the property. For a property of rows, with the rows.
fn table_entry(port: &Port, function: &str) -> TokenStream {
    let entry = call_at(ends(port), function, port.expr());
    match port.rows() {
        None => entry,
        Some((_, Rows::One(_))) => quote!(#entry.keyed()),
        Some((list, Rows::All(_))) => {
            let rows = call_at(ends(&list), "rows_port", list.list());
            quote!(#entry.all(#rows))
        }
    }
}

/// `TakesQuality { .. }` for each parameter that is written as `Reading<..>`. Whether that is the type of the library is for
/// the compiler to say.
fn readings(callback: &Callback) -> Vec<TokenStream> {
    let p = private(Span::call_site());
    let mut place: usize = 0;
    let mut readings = Vec::new();
    for read in callback.reads() {
        if read.is_reading() {
            let (at, starts, ty) = (place, read.starts, &read.ty);
            readings.push(quote! {
                #p::TakesQuality {
                    at: #at,
                    taken: {
                        #[allow(unused_imports)]
                        use #p::TakenPlain as _;
                        #p::TakenAs::<#ty>::QUALITY
                    },
                    starts: #starts,
                }
            });
        }
        place += read.port.each().len();
    }
    readings
}

/// One entry for each property that the port names.
fn table_entries(port: &Port, function: &str) -> Vec<TokenStream> {
    port.each().iter().map(|port| table_entry(port, function)).collect()
}
