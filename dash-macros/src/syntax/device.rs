//! The struct of `#[derive(Device)]`.

use quote::ToTokens;
use syn::{Data, DeriveInput, Fields, Ident, Type};

use crate::diag::Faults;

/// A device that consists of parts.
#[derive(Debug)]
pub(crate) struct Device {
    pub(crate) name: Ident,
    /// Name and type of each part, in their order.
    pub(crate) parts: Vec<(Ident, Type)>,
}

/// The device, or `None` if nothing can be generated. Faults are added to `faults`.
pub(crate) fn understand(item: DeriveInput, faults: &mut Faults) -> Option<Device> {
    if !item.generics.params.is_empty() {
        let lifetimes_only = item.generics.lifetimes().count() == item.generics.params.len();
        faults.on(
            &item.generics,
            if lifetimes_only {
                "a device owns its parts, because it lives as long as the dashboard: it has no lifetimes"
            } else {
                "a device whose fields are lent has no generics: two fields could turn out to be of one type. Implement `Lend` by hand, or wrap it in a struct without generics"
            },
        );
        return None;
    }
    let Data::Struct(data) = item.data else {
        faults.on(
            &item.ident,
            "`#[derive(Device)]` lends the fields of a struct; this has none. Every type can be a device without it",
        );
        return None;
    };
    let Fields::Named(fields) = data.fields else {
        faults.on(&item.ident, "the fields that are lent need names: `struct Robot { arm: Arm, camera: Camera }`");
        return None;
    };
    let parts: Vec<(Ident, Type)> =
        fields.named.into_iter().filter_map(|field| Some((field.ident?, field.ty))).collect();
    if parts.is_empty() {
        faults.on(
            &item.ident,
            "there is no field to lend: leave `#[derive(Device)]` out, every type can be a device without it",
        );
    }
    let before = faults.count();
    one_of_each_type(&parts, faults);
    (faults.count() == before).then_some(Device { name: item.ident, parts })
}

/// A callback names a part by its type. This compares the types as written. The compiler finds two spellings of one
/// type, with a less readable message.
fn one_of_each_type(parts: &[(Ident, Type)], faults: &mut Faults) {
    for (at, (name, ty)) in parts.iter().enumerate() {
        let text = ty.to_token_stream().to_string();
        let same = parts[..at].iter().find(|(_, other)| other.to_token_stream().to_string() == text);
        if let Some((first, _)) = same {
            let written = text.replace(' ', "");
            let newtype = newtype(name);
            faults.on(
                ty,
                format!(
                    "`{first}` and `{name}` are both a `{written}`, so `&mut {written}` could mean either: give one of them a type of its own, such as `struct {newtype}({written});`"
                ),
            );
        }
    }
}

/// A type name for `left_motor`: `LeftMotor`.
fn newtype(name: &Ident) -> String {
    let name = name.to_string();
    name.trim_start_matches("r#")
        .split('_')
        .flat_map(|word| {
            let mut letters = word.chars();
            letters.next().map(char::to_uppercase).into_iter().flatten().chain(letters).collect::<Vec<_>>()
        })
        .collect()
}
