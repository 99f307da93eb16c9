//! The return type of a callback, as far as it is written out.
//!
//! These functions compare names, because a macro does not know types: an alias is not found, and is left to the
//! library's traits.

use syn::{GenericArgument, Path, PathArguments, ReturnType, Type, TypeParamBound};

/// The written return type. `None` if there is none.
pub(crate) fn written(output: &ReturnType) -> Option<&Type> {
    match output {
        ReturnType::Type(_, ty) => Some(ty),
        ReturnType::Default => None,
    }
}

/// The type without the invisible group that `macro_rules` puts around types, and without parentheses.
pub(super) fn bare(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => bare(&group.elem),
        Type::Paren(paren) => bare(&paren.elem),
        other => other,
    }
}

fn path(ty: &Type) -> Option<&Path> {
    match bare(ty) {
        Type::Path(path) if path.qself.is_none() => Some(&path.path),
        _ => None,
    }
}

/// The last name of a path, such as `Result`.
pub(crate) fn name(ty: &Type) -> Option<String> {
    path(ty)?.segments.last().map(|segment| segment.ident.to_string())
}

/// The types in the angle brackets of a path with this last name.
pub(crate) fn arguments<'a>(ty: &'a Type, name: &str) -> Option<Vec<&'a Type>> {
    let last = path(ty)?.segments.last().filter(|last| last.ident == name)?;
    let PathArguments::AngleBracketed(written) = &last.arguments else { return None };
    let types = written.args.iter().map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    });
    types.collect()
}

/// Both types of a `Result<T, E>`.
pub(crate) fn result(ty: &Type) -> Option<(&Type, &Type)> {
    match arguments(ty, "Result")?.as_slice() {
        [ok, error] => Some((ok, error)),
        _ => None,
    }
}

/// The type in an `Option`.
pub(crate) fn option(ty: &Type) -> Option<&Type> {
    match arguments(ty, "Option")?.as_slice() {
        [inner] => Some(inner),
        _ => None,
    }
}

/// The types in a tuple, `()` included.
pub(crate) fn tuple(ty: &Type) -> Option<Vec<&Type>> {
    match bare(ty) {
        Type::Tuple(tuple) => Some(tuple.elems.iter().collect()),
        _ => None,
    }
}

/// Whether the type is a future: `impl Future<..>`, `Pin<Box<dyn Future<..>>>`, `BoxFuture<..>`. Its output, if it is
/// written there.
pub(crate) fn future(ty: &Type) -> Option<Option<&Type>> {
    let of_bounds = |bounds: &'_ syn::punctuated::Punctuated<TypeParamBound, syn::Token![+]>| {
        bounds.iter().any(|bound| match bound {
            TypeParamBound::Trait(bound) => bound.path.segments.last().is_some_and(|last| last.ident == "Future"),
            _ => false,
        })
    };
    match bare(ty) {
        Type::ImplTrait(written) if of_bounds(&written.bounds) => Some(output_of(&written.bounds)),
        Type::TraitObject(written) if of_bounds(&written.bounds) => Some(output_of(&written.bounds)),
        other => ["Pin", "Box"]
            .iter()
            .find_map(|wrapper| future(arguments(other, wrapper)?.first()?))
            .or_else(|| ["BoxFuture", "LocalBoxFuture"].contains(&&*name(other)?).then_some(None)),
    }
}

/// The `T` of `Future<Output = T>`.
fn output_of(bounds: &syn::punctuated::Punctuated<TypeParamBound, syn::Token![+]>) -> Option<&Type> {
    bounds.iter().find_map(|bound| {
        let TypeParamBound::Trait(bound) = bound else { return None };
        let PathArguments::AngleBracketed(written) = &bound.path.segments.last()?.arguments else { return None };
        written.args.iter().find_map(|argument| match argument {
            GenericArgument::AssocType(assoc) if assoc.ident == "Output" => Some(&assoc.ty),
            _ => None,
        })
    })
}

/// Whether the name is a type of the language or `String`, which is one value in any program.
pub(crate) fn is_one_value(ty: &Type) -> bool {
    const ONE: [&str; 18] = [
        "String", "bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16", "u32", "u64",
        "u128", "usize", "Vec",
    ];
    matches!(bare(ty), Type::Reference(_) | Type::Array(_)) || name(ty).is_some_and(|name| ONE.contains(&&*name))
}
