//! What a callback returned, as writes to its outputs.
//!
//! If the return type is written out as a `Result`, an `Option` or a tuple, it is taken apart here, so that a part that
//! does not fit is reported at its own type. A type alias is taken apart by the traits of the library, and reported as a
//! whole.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::Type;

use super::body::all_of;
use crate::{
    hygiene::{Holder, call_at, ends, holder, local, private},
    model::Callback,
    syntax::{port::Port, returned},
};

/// An expression of the type `Outcome`, from the returned value.
pub(super) fn expand(callback: &Callback, returned: &TokenStream) -> TokenStream {
    let Some(ty) = &callback.output else { return whole(callback, returned) };
    let Some((normal, error)) = returned::result(ty) else {
        return if callback.alternates.is_empty() {
            written(&callback.outputs, ty, returned, 0)
        } else {
            whole(callback, returned)
        };
    };
    let Holder { name: ok, value: good } = holder("normal", ends(normal));
    let Holder { name: err, value: bad } = holder("error", ends(error));
    let good = written(&callback.outputs, normal, &good, 0);
    let bad = match props(&callback.alternates) {
        None => call_at(ends(error), "failed", quote!(#bad)),
        Some(alternates) => call_at(ends(error), "outcome_alternate", quote!(#alternates, #bad)),
    };
    let [ok_value, err_value] = ["ok", "err"].map(|name| local(name, Span::call_site()));
    quote! {
        match #returned {
            ::core::result::Result::Ok(#ok_value) => {
                let #ok = (#ok_value,);
                #good
            }
            ::core::result::Result::Err(#err_value) => {
                let #err = (#err_value,);
                #bad
            }
        }
    }
}

/// The outcome for a value of type `ty`, at that type. `depth` counts the tuples and options around it.
fn written(outputs: &[Port], ty: &Type, value: &TokenStream, depth: usize) -> TokenStream {
    match outputs {
        [] => call_at(ends(ty), "outcome_of_nothing", value.clone()),
        [one] => self::one(one, ty, value),
        several => {
            if let (Some(inner), 0) = (returned::option(ty), depth) {
                let (p, some_value) = (private(Span::call_site()), local("value", Span::call_site()));
                let Holder { name, value: held } = holder("some", ends(inner));
                let inner = written(several, inner, &held, depth + 1);
                return quote! {
                    match #value {
                        ::core::option::Option::Some(#some_value) => {
                            let #name = (#some_value,);
                            #inner
                        }
                        ::core::option::Option::None => #p::Outcome::unchanged(),
                    }
                };
            }
            match returned::tuple(ty) {
                Some(types) if types.len() == several.len() => each(several, &types, value),
                _ => {
                    let props = props(several);
                    call_at(ends(ty), "outcome", quote!(#props, #value))
                }
            }
        }
    }
}

/// The outcome of a tuple, element by element.
fn each(outputs: &[Port], types: &[&Type], value: &TokenStream) -> TokenStream {
    let parts: Vec<_> = types.iter().enumerate().map(|(at, ty)| holder(format_args!("part{at}"), ends(ty))).collect();
    let names: Vec<_> = (0..types.len()).map(|at| local(format_args!("e{at}"), Span::call_site())).collect();
    let lets = parts.iter().zip(&names).map(|(part, name)| {
        let held = &part.name;
        quote!(let #held = (#name,);)
    });
    let outcomes = outputs.iter().zip(types).zip(&parts).map(|((port, ty), part)| one(port, ty, &part.value));
    let p = private(Span::call_site());
    quote! {
        {
            let (#(#names),*) = #value;
            #(#lets)*
            #p::Outcome::unchanged() #(.and(#outcomes))*
        }
    }
}

/// The outcome for one output.
fn one(port: &Port, ty: &Type, value: &TokenStream) -> TokenStream {
    let function = match (port.is_several(), port.is_all()) {
        (false, false) => "outcome_one",
        (false, true) => "outcome_rows",
        (true, false) => "outcome_each",
        (true, true) => "outcome",
    };
    let prop = prop(port);
    call_at(ends(ty), function, quote!(#prop, #value))
}

/// The outcome by the traits of the library, at all of the return type.
fn whole(callback: &Callback, returned: &TokenStream) -> TokenStream {
    let place = ends(&callback.returns);
    match (props(&callback.outputs), props(&callback.alternates)) {
        (None, None) => call_at(place, "outcome_of_nothing", returned.clone()),
        (Some(outputs), None) => call_at(place, "outcome", quote!(#outputs, #returned)),
        (None, Some(alternates)) => call_at(place, "outcome_or", quote!(#alternates, #returned)),
        (Some(outputs), Some(alternates)) => call_at(place, "outcome_either", quote!(#outputs, #alternates, #returned)),
    }
}

/// The properties that a value is written to: one property, an array, or a tuple of these.
fn props(ports: &[Port]) -> Option<TokenStream> {
    let ports: Vec<_> = ports.iter().map(prop).collect();
    match ports.as_slice() {
        [] => None,
        [one] => Some(quote!(#one)),
        several => Some(quote!((#(#several),*))),
    }
}

/// One output: a property, or an array of properties.
fn prop(port: &Port) -> TokenStream {
    let one = |port: &Port| {
        let (prop, list) = (port.expr(), all_of(port));
        call_at(ends(port), if port.is_all() { "output_rows" } else { "output" }, quote!(#list #prop))
    };
    if port.is_several() {
        let each: Vec<_> = port.each().iter().map(one).collect();
        quote!([#(#each),*])
    } else {
        one(port)
    }
}
