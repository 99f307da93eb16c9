//! Checks of the functions that can be callbacks.

use syn::{FnArg, Signature, ext::IdentExt};

use crate::diag::Faults;

/// Names of primitive types. The type of a callback with such a name would hide the primitive in the whole module.
const PRIMITIVES: [&str; 17] = [
    "bool", "char", "str", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16", "u32", "u64", "u128",
    "usize",
];

/// All checks of the signature.
pub(crate) fn run(sig: &Signature, faults: &mut Faults) {
    no_receiver(sig, faults);
    no_generics(sig, faults);
    plain_function(sig, faults);
    name_is_free(sig, faults);
}

fn no_receiver(sig: &Signature, faults: &mut Faults) {
    if let Some(FnArg::Receiver(receiver)) = sig.inputs.first() {
        faults.on(
            receiver,
            "a callback is a free function, not a method: take the device as `device: &mut Device`, and call the method from there",
        );
    }
}

fn no_generics(sig: &Signature, faults: &mut Faults) {
    if !sig.generics.params.is_empty() {
        let lifetimes_only = sig.generics.lifetimes().count() == sig.generics.params.len();
        faults.on(
            &sig.generics,
            if lifetimes_only {
                "a callback needs no lifetimes: leave them out here and at the parameters, and return owned values"
            } else {
                "a callback has no generics: the properties it names have fixed types. Move the generic part to a function that it calls"
            },
        );
    } else if let Some(clause) = &sig.generics.where_clause {
        faults.on(clause, "a callback has no generics and so no `where`");
    }
}

fn plain_function(sig: &Signature, faults: &mut Faults) {
    if let Some(constness) = &sig.constness {
        faults.on(constness, "a callback runs when something happens, so it is not `const`");
    }
    if let syn::Safety::Unsafe(token) = &sig.safety {
        faults.on(token, "the runtime calls a callback, and cannot promise what an `unsafe fn` asks for: write `unsafe` blocks inside instead");
    }
    if let Some(abi) = &sig.abi {
        faults.on(abi, "a callback is called from Rust: leave `extern` out");
    }
    if let Some(variadic) = &sig.variadic {
        faults.on(variadic, "a callback has a fixed number of parameters");
    }
}

fn name_is_free(sig: &Signature, faults: &mut Faults) {
    let name = sig.ident.unraw().to_string();
    if PRIMITIVES.contains(&name.as_str()) {
        faults.at(
            sig.ident.span(),
            format!("a callback cannot be called `{name}`, which is a type of the language: choose another name"),
        );
    }
}
