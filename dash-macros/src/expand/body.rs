//! How a callback is run: read the parameters, borrow, call the user's function, write what it returned.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::Type;

use crate::{
    hygiene::{call_at, dashboard, ends, local, private},
    model::{Callback, Param, Read, Scope},
};

/// `Body::Sync(|call| { .. })` or `Body::Async(|call| Box::pin(async move { .. }))`.
pub(crate) fn expand(callback: &Callback) -> TokenStream {
    let p = private(Span::call_site());
    let call = local("call", Span::call_site());
    let (lets, arguments): (Vec<_>, Vec<_>) =
        callback.params.iter().enumerate().map(|(at, param)| parameter(callback, at, param, &call)).unzip();
    let borrows = borrows(callback, &call);
    let name = &callback.name;
    let returned = local("returned", name.span());
    let run = if callback.is_async {
        // At the name: this is where a future that cannot move between threads is reported.
        let send = call_at(ends(name), "send_future", quote!(#name(#(#arguments),*)));
        quote!(#send.await)
    } else {
        quote!(#name(#(#arguments),*))
    };
    let outcome = outcome(callback, &returned);
    let steps = quote! {
        #(#lets)*
        #borrows
        let #returned = #run;
        let #returned = #outcome;
        #p::finish(#call, #returned);
    };
    if callback.is_async {
        quote!(#p::Body::Async(|#call| ::std::boxed::Box::pin(async move { #steps })))
    } else {
        quote!(#p::Body::Sync(|#call| { #steps }))
    }
}

/// The `let` that makes an argument, if it takes one, and the argument.
fn parameter(callback: &Callback, at: usize, param: &Param, call: &Ident) -> (TokenStream, TokenStream) {
    match param {
        Param::Read(read) => {
            let place = place(callback, read);
            let argument = local(format_args!("p{at}"), Span::call_site());
            (self::read(read, place, &argument, call), quote!(#argument))
        }
        Param::Extract(ty) => {
            let (first, last) = ends(ty);
            let p = private(first);
            let source = Ident::new(
                match callback.scope {
                    Scope::Shared => "SharedParam",
                    Scope::Private => "PrivateParam",
                },
                first,
            );
            let argument = local(format_args!("p{at}"), first);
            // All of the call stands at the type, so that "where should this come from?" is asked there.
            let extract = quote_spanned!(first=> <#ty as #p::#source>::extract);
            let args = quote_spanned!(last=> (#call));
            (quote!(let #argument: #ty = #extract #args;), quote!(#argument))
        }
        Param::Device(_) => {
            let device = local("device", Span::call_site());
            (TokenStream::new(), quote!(#device))
        }
        Param::Session(_) => {
            let session = local("session", Span::call_site());
            (TokenStream::new(), quote!(#session))
        }
    }
}

/// Which of the reads it is.
fn place(callback: &Callback, read: &Read) -> usize {
    callback.reads().take_while(|other| !std::ptr::eq(*other, read)).count()
}

/// Reads a property. A type that does not fit is reported at the parameter's type, a kind that does not at the property.
fn read(read: &Read, place: usize, argument: &Ident, call: &Ident) -> TokenStream {
    let Read { port, starts, by_ref, ty } = read;
    let function = match (by_ref, starts) {
        (true, _) => "read_shared",
        (false, true) => "read_input",
        (false, false) => "read_state",
    };
    let port = port.expr();
    let value = call_at(ends(ty), function, quote!(#call, #place, #port));
    if !by_ref {
        return quote!(let #argument: #ty = #value;);
    }
    let (first, last) = ends(ty);
    let shared = local(format_args!("shared{place}"), first);
    // `&(*shared)`, with the type's first and last place.
    let inner = quote_spanned!(last=> (*#shared));
    let reference = quote_spanned!(first=> &#inner);
    quote! {
        let #shared = #value;
        let #argument: #ty = #reference;
    }
}

/// The device and the session, which are borrowed last because nothing else can be read while they are.
fn borrows(callback: &Callback, call: &Ident) -> TokenStream {
    let p = private(Span::call_site());
    let dashboard = dashboard();
    let device = local("device", Span::call_site());
    let session = local("session", Span::call_site());
    let of = |ty: &Type| quote!(<#dashboard as #p::Dashboard>::Device, #ty);
    match (callback.device(), callback.session()) {
        (None, None) => TokenStream::new(),
        (Some(ty), None) => {
            let of = of(ty);
            quote!(let #device = #p::Call::device::<#of>(#call);)
        }
        (None, Some(ty)) => quote!(let #session = #p::Call::session::<#ty>(#call);),
        (Some(ty), Some(kept)) => {
            let of = of(ty);
            quote!(let (#device, #session) = #p::Call::device_and_session::<#of, #kept>(#call);)
        }
    }
}

/// What was returned, as what is written. What does not fit is reported at the return type.
fn outcome(callback: &Callback, returned: &Ident) -> TokenStream {
    let outputs: Vec<_> = callback.outputs.iter().map(|port| call_at(ends(port), "output", port.expr())).collect();
    let place = ends(&callback.returns);
    // An argument is underlined as a whole, and a name has one place only: hence a call that returns it.
    let returned = call_at(place, "returned", quote!(#returned));
    let ports = match outputs.as_slice() {
        [] => return call_at(place, "outcome_of_nothing", returned),
        [one] => quote!(#one),
        several => quote!((#(#several),*)),
    };
    call_at(place, "outcome", quote!(#ports, #returned))
}
