//! Types that people write for a field of a `#[components]` struct, and that are no components for certain.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Type, parse_quote};

use super::returned::{arguments, bare, name};

/// Types that are values: those of the language, and the text.
const VALUES: [&str; 18] = [
    "bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16", "u32", "u64", "u128",
    "usize", "str", "String",
];

/// A type that is no component.
pub(super) struct Fault {
    /// Where it is.
    pub(super) at: TokenStream,
    /// What is wrong with it, and what to write instead.
    pub(super) why: String,
}

/// The fault of the type of a field, if it has one.
pub(super) fn fault(ty: &Type) -> Option<Fault> {
    let at = |at: &Type, why: String| Some(Fault { at: at.to_token_stream(), why });
    if let Some(arguments) = arguments(ty, "Many") {
        return match *arguments.as_slice() {
            [key, row] if is_value(row) && !is_value(key) => {
                let why = format!(
                    "the key of a row comes first, and then its component: `Many<{}, {}>`",
                    text(row),
                    text(key)
                );
                at(ty, why)
            }
            [key, _] if matches!(bare(key), Type::Reference(_)) => {
                let Type::Reference(reference) = bare(key) else { return None };
                let owned = match name(&reference.elem).as_deref() {
                    Some("str") => parse_quote!(::std::string::String),
                    _ => (*reference.elem).clone(),
                };
                let called = name(&owned).unwrap_or_else(|| text(&owned));
                at(key, format!("the list owns the keys of its rows: write `{called}`"))
            }
            [_, row] if self::arguments(row, "Many").is_some() => {
                at(row, "a row has no list in it: write one list whose keys say both, such as `Many<(u32, u32), Lamp>`".to_owned())
            }
            [_, row] if matches!(bare(row), Type::Array(_) | Type::Tuple(_)) => {
                at(row, "a row is one component or one group: write a `#[components]` struct with all that a row has, and name it here".to_owned())
            }
            [_, row] => fault(row),
            [row] => at(ty, format!("each row has a key, whose type comes first: `Many<u32, {}>`", text(row))),
            _ => None,
        };
    }
    if is_value(ty) {
        let why = format!(
            "`{}` is a value, and a field of this struct is a component that shows it, such as `Text`, `Gauge` or `Slider`",
            text(ty)
        );
        return at(ty, why);
    }
    match bare(ty) {
        Type::Tuple(_) => at(ty, "several components in one field are a `#[components]` struct of their own, or an array such as `[Slider; 2]`".to_owned()),
        Type::Reference(reference) => at(ty, format!("a component is owned by the page: write `{}`", text(&reference.elem))),
        _ => generic(ty, &name(ty)?),
    }
}

/// The fault of a type of the standard library that has other types in its brackets.
fn generic(ty: &Type, name: &str) -> Option<Fault> {
    let arguments = arguments(ty, name)?;
    let at = |why: String| Some(Fault { at: ty.to_token_stream(), why });
    match (name, arguments.as_slice()) {
        ("Vec" | "VecDeque" | "HashSet" | "BTreeSet", [row]) => {
            at(format!("a list of components is `Many<u32, {}>`: each row has a key", text(row)))
        }
        ("HashMap" | "BTreeMap", [key, row]) => {
            at(format!("a list of components by their keys is `Many<{}, {}>`", text(key), text(row)))
        }
        ("Option", [inner]) => at(format!(
            "write `{}`: a component that is not always there is marked `#[dynamic]`, and callbacks place it; one that is only hidden is for `show_when`",
            text(inner)
        )),
        ("Box" | "Rc" | "Arc" | "Mutex" | "RefCell", [inner]) => {
            at(format!("write the component itself: `{}`", text(inner)))
        }
        _ => None,
    }
}

/// Whether it is a list of components.
pub(crate) fn is_list(ty: &Type) -> bool {
    name(ty).as_deref() == Some("Many")
}

/// Whether it is a type of the language or of the standard library that holds a value, and never a component.
pub(crate) fn is_value(ty: &Type) -> bool {
    name(ty).is_some_and(|name| VALUES.contains(&name.as_str()))
}

/// The type as it is usually written.
fn text(ty: &Type) -> String {
    ty.to_token_stream().to_string().replace(' ', "").replace(',', ", ")
}
