//! Types that people write for a field of a `#[components]` struct, and that are no components for certain.

use quote::ToTokens;
use syn::Type;

use super::returned::{arguments, bare, name};

/// Types of the language, which are values.
const VALUES: [&str; 17] = [
    "bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16", "u32", "u64", "u128",
    "usize", "str",
];

/// What is wrong with the type, and where.
pub(super) fn fault(ty: &Type) -> Option<(&Type, String)> {
    if let Some(arguments) = arguments(ty, "Many") {
        return match arguments.as_slice() {
            [_, row] if is_value(row) => Some((ty, format!("the key of a row comes first, and then its component: `Many<{}, {}>`", text(row), text(arguments[0])))),
            [_, row] if arguments_of_many(row) => Some((row, "a row has no list in it: write one list whose keys say both, such as `Many<(u32, u32), Lamp>`".to_owned())),
            [_, row] if matches!(bare(row), Type::Array(_) | Type::Tuple(_)) => {
                Some((row, "a row is one component or one group: write a `#[components]` struct with all that a row has, and name it here".to_owned()))
            }
            [_, row] => fault(row),
            [row] => Some((ty, format!("each row has a key, whose type comes first: `Many<u32, {}>`", text(row)))),
            _ => None,
        };
    }
    if is_value(ty) {
        let text = text(ty);
        return Some((
            ty,
            format!(
                "`{text}` is a value, and a field of this struct is a component that shows it, such as `Text`, `Gauge` or `Slider`"
            ),
        ));
    }
    let why = match bare(ty) {
        Type::Tuple(_) => "several components in one field are a `#[components]` struct of their own, or an array such as `[Slider; 2]`".to_owned(),
        Type::Reference(reference) => format!("a component is owned by the page: write `{}`", text(&reference.elem)),
        _ => match (name(ty)?.as_str(), generic(ty)?) {
            ("Vec" | "VecDeque" | "HashSet" | "BTreeSet", row) => format!("a list of components is `Many<u32, {}>`: each row has a key", text(row)),
            ("HashMap" | "BTreeMap", _) => {
                let types = arguments(ty, &name(ty)?)?;
                let [key, row] = types.as_slice() else { return None };
                format!("a list of components by their keys is `Many<{}, {}>`", text(key), text(row))
            }
            ("Option", inner) => format!("a component that is not always there is marked `#[dynamic]`, and callbacks place it; or it is hidden with `show_when`: write `{}`", text(inner)),
            ("Box" | "Rc" | "Arc" | "Mutex" | "RefCell", inner) => format!("write the component itself: `{}`", text(inner)),
            _ => return None,
        },
    };
    Some((ty, why))
}

fn is_value(ty: &Type) -> bool {
    name(ty).is_some_and(|name| VALUES.contains(&name.as_str()))
}

fn arguments_of_many(ty: &Type) -> bool {
    arguments(ty, "Many").is_some()
}

/// The first type in the angle brackets.
fn generic(ty: &Type) -> Option<&Type> {
    arguments(ty, &name(ty)?)?.into_iter().next()
}

/// The type as it is usually written.
fn text(ty: &Type) -> String {
    ty.to_token_stream().to_string().replace(' ', "").replace(',', ", ")
}
