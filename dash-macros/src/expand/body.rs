//! The body of a callback: read the parameters, borrow, call the user's function, write the returned values.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Path, Type};

use super::{callback::param_trait, outcome};
use crate::{
    hygiene::{Holder, call_at, dashboard, ends, holder, local, private},
    model::{Callback, Key, Param, Progress, Read},
    syntax::{path::Rows, port::Port},
};

/// `Body::Sync(|call| { .. })` or `Body::Async(|call| Box::pin(async move { .. }))`.
pub(crate) fn expand(callback: &Callback) -> TokenStream {
    let p = private(Span::call_site());
    let call = local("call", Span::call_site());
    let (lets, arguments): (Vec<_>, Vec<_>) =
        callback.params.iter().enumerate().map(|(at, param)| parameter(callback, at, param, &call)).unzip();
    let borrows = borrows(callback, &call);
    let name = &callback.name;
    let Holder { name: returned, value } = holder("returned", ends(&callback.returns));
    let outcome_name = local("outcome", Span::call_site());
    let run = quote_spanned!(name.span()=> #name(#(#arguments),*));
    let run = if callback.is_async {
        let send = call_at(ends(name), "send_future", run);
        quote_spanned!(name.span()=> #send.await)
    } else {
        run
    };
    let run = quote_spanned!(name.span()=> let #returned = (#run,););
    let outcome = outcome::expand(callback, &value);
    let steps = quote! {
        #(#lets)*
        #borrows
        #run
        let #outcome_name = #outcome;
        #p::finish(#call, #outcome_name);
    };
    if callback.is_async {
        // At the name, so that a future that is not `Send` is reported there.
        let p = private(name.span());
        quote_spanned!(name.span()=> #p::Body::Async(|#call| ::std::boxed::Box::pin(async move { #steps })))
    } else {
        quote!(#p::Body::Sync(|#call| { #steps }))
    }
}

/// The check of the values that start the callback: a function that reads them as the callback does, and passes them to
/// the user's function.
pub(super) fn check(callback: &Callback, function: &Path) -> TokenStream {
    let call = local("call", Span::call_site());
    let (first, last) = ends(function);
    let reads = callback.params.iter().enumerate().filter(|(_, param)| matches!(param, Param::Read(_)));
    let (lets, arguments): (Vec<_>, Vec<_>) = reads
        .map(|(at, param)| {
            // With the span of the function, so that an argument that it does not take is reported there.
            let argument = local(format_args!("p{at}"), last);
            (parameter(callback, at, param, &call).0, argument)
        })
        .unzip();
    // A tuple, also of one.
    let arguments = quote_spanned!(last=> (#(#arguments,)*));
    // The values come first, so that the compiler does not guess their types from the function.
    let values = call_at((first, last), "CheckedValues", arguments);
    let said = call_at((first, last), "said", quote_spanned!(last=> #values.ask(#function)));
    quote!(|#call| {
        #(#lets)*
        #said
    })
}

/// The `let` that makes an argument, if one is needed, and the argument.
fn parameter(callback: &Callback, at: usize, param: &Param, call: &Ident) -> (TokenStream, TokenStream) {
    match param {
        Param::Read(read) => {
            let place = place(callback, read);
            let argument = local(format_args!("p{at}"), Span::call_site());
            (self::read(read, place, &argument, call), quote!(#argument))
        }
        Param::Progress(Progress { port, ty }) => {
            let argument = local(format_args!("p{at}"), Span::call_site());
            let source = port.expr();
            let live = call_at(ends(port), "progress", quote!(#call, #source));
            let Holder { name, value } = holder(format_args!("live{at}"), ends(ty));
            let given = passed(false, ty, &value);
            (quote!(let #name = (#live,); let #argument: #ty = #given;), quote!(#argument))
        }
        Param::Key(key) => {
            let argument = local(format_args!("p{at}"), Span::call_site());
            (self::key(callback, key, at, &argument, call), quote!(#argument))
        }
        Param::Extract(ty) => {
            let (first, last) = ends(ty);
            let p = private(first);
            let source = param_trait(callback.scope, first);
            let argument = local(format_args!("p{at}"), first);
            // The whole call has the span of the type, so that an unsuitable parameter type is reported there.
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

/// The index of the read, or of its first property.
fn place(callback: &Callback, read: &Read) -> usize {
    callback.reads().take_while(|other| !std::ptr::eq(*other, read)).map(|other| other.port.each().len()).sum()
}

/// Reads a property. A type that does not fit is reported at the parameter's type, and a wrong kind of property at the
/// property.
fn read(read: &Read, place: usize, argument: &Ident, call: &Ident) -> TokenStream {
    let Read { port, starts, by_ref, ty, .. } = read;
    let several = port.is_several();
    // A single value is shared with the store. Several values are collected for this run.
    let made = several || port.is_all();
    let function = match (by_ref, starts, port.is_all()) {
        _ if read.is_reading() => "read_reading",
        (_, true, true) => "read_input_rows",
        (_, false, true) => "read_state_rows",
        (true, ..) if !several => "read_shared",
        (_, true, false) => "read_input",
        (_, false, false) => "read_state",
    };
    // At the property, so that a kind that cannot be read is reported there.
    let values = port.each().into_iter().enumerate().map(|(at, port)| {
        let (at, source, list) = (place + at, port.expr(), all_of(&port));
        call_at(ends(&port), function, quote!(#call, #at, #list #source))
    });
    let value = if several { quote!([#(#values),*]) } else { quote!(#(#values)*) };
    let (first, last) = ends(ty);
    let Holder { name, value: held } = holder(format_args!("read{place}"), (first, last));
    let argument_is = if read.is_reading() {
        let p = private(first);
        let args = quote_spanned!(last=> (#held, #call, #place));
        quote_spanned!(first=> #p::given_reading::<#ty, _, _> #args)
    } else if *by_ref && made {
        quote_spanned!(first=> &#held)
    } else {
        passed(*by_ref, ty, &held)
    };
    quote! {
        let #name = (#value,);
        let #argument: #ty = #argument_is;
    }
}

/// The key of the row. A type that does not fit is reported at the parameter's type.
fn key(callback: &Callback, key: &Key, place: usize, argument: &Ident, call: &Ident) -> TokenStream {
    let Key { by_ref, ty, .. } = key;
    // Without a list a fault was already added, and nothing is expanded.
    let list = callback.list().map(|list| list.list());
    let value = call_at(ends(ty), if *by_ref { "key_shared" } else { "key" }, quote!(#call, #list));
    let Holder { name, value: held } = holder(format_args!("key{place}"), ends(ty));
    let argument_is = passed(*by_ref, ty, &held);
    quote! {
        let #name = (#value,);
        let #argument: #ty = #argument_is;
    }
}

/// The argument for a value that is held or shared.
fn passed(by_ref: bool, ty: &Type, held: &TokenStream) -> TokenStream {
    let (first, last) = ends(ty);
    if by_ref {
        // `&*` turns a `&String` into the `&str` that the parameter may have.
        return quote_spanned!(first=> &*#held);
    }
    let p = private(first);
    let args = quote_spanned!(last=> (#held));
    quote_spanned!(first=> #p::given::<#ty, _, _> #args)
}

/// `&Ui::lamps,` for the property of all rows of a list.
pub(super) fn all_of(port: &Port) -> TokenStream {
    match port.rows() {
        Some((list, Rows::All(_))) => {
            let list = list.list();
            quote!(#list,)
        }
        _ => TokenStream::new(),
    }
}

/// The device and the session. They are borrowed last, because nothing else can be read while they are borrowed.
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
