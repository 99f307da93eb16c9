//! The enum of `#[derive(Role)]`.

use syn::{Data, DeriveInput, Fields, Ident, ext::IdentExt};

use crate::diag::Faults;

/// The roles of a dashboard, lowest first.
#[derive(Debug)]
pub(crate) struct Role {
    pub(crate) name: Ident,
    pub(crate) roles: Vec<Ident>,
}

/// The number of roles that have a level of their own.
const MOST: usize = 200;

/// The roles, or `None` if nothing can be generated. Faults are added to `faults`.
pub(crate) fn understand(item: DeriveInput, faults: &mut Faults) -> Option<Role> {
    if !item.generics.params.is_empty() {
        faults.on(&item.generics, "the roles of a dashboard are fixed: an enum of roles has no generics");
        return None;
    }
    let Data::Enum(data) = item.data else {
        faults.on(&item.ident, "`#[derive(Role)]` is for an enum, with one variant for each role and the lowest first");
        return None;
    };
    let before = faults.count();
    for variant in &data.variants {
        if !matches!(variant.fields, Fields::Unit) {
            faults.on(&variant.fields, "a role is a name alone: leave the fields out");
        }
    }
    // Whoever numbers one role numbers all of them, which is one mistake.
    if let Some((_, value)) = data.variants.iter().find_map(|variant| variant.discriminant.as_ref()) {
        faults.on(value, "roles are ordered as they are written, the lowest first: leave the numbers out");
    }
    if data.variants.is_empty() {
        faults.on(&item.ident, "there is no role: write at least one variant, such as `Operator`");
    }
    if let Some(variant) = data.variants.iter().nth(MOST) {
        faults.on(&variant.ident, format!("a dashboard has at most {MOST} roles"));
    }
    let roles = data.variants.into_iter().map(|variant| variant.ident).collect();
    (faults.count() == before).then_some(Role { name: item.ident, roles })
}

/// The name of a role in a users file: `operator` for `Operator`, `read-only` for `ReadOnly`.
pub(crate) fn name(role: &Ident) -> String {
    let mut name = String::new();
    for (at, letter) in role.unraw().to_string().chars().enumerate() {
        if letter.is_uppercase() && at > 0 {
            name.push('-');
        }
        name.extend(letter.to_lowercase());
    }
    name.replace("_", "-")
}
