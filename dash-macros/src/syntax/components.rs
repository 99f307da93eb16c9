//! The struct of `#[components]`.

use proc_macro2::TokenStream;
use syn::{Attribute, Expr, Fields, Ident, ItemStruct, Meta, Path, Type, ext::IdentExt, parse_quote};

use super::{args, path};
use crate::{diag::Faults, docs, suggest};

/// A struct whose fields are components.
#[derive(Debug)]
pub(crate) struct ComponentsStruct {
    /// As the user wrote it.
    pub(crate) item: ItemStruct,
    pub(crate) fields: Vec<ComponentField>,
    /// `role = Role`: the enum of roles that rights name.
    pub(crate) role: Option<Path>,
}

/// The arguments of the attribute.
#[derive(Debug, Default)]
pub(crate) struct ComponentsArgs {
    /// `role = Role`
    role: Option<Path>,
    /// `needs = Role::Operator`: for each field without rights of its own.
    needs: Option<Expr>,
}

/// One component or group, or an array of them.
#[derive(Debug)]
pub(crate) struct ComponentField {
    /// The id, as written in Rust.
    pub(crate) ident: Ident,
    /// The type of the component or group. For an array, the type of its elements.
    pub(crate) ty: Type,
    /// The lengths of the arrays, the outer one first. Empty if the field is not an array.
    pub(crate) lens: Vec<usize>,
    /// Doc comments.
    pub(crate) docs: Vec<Attribute>,
    /// Whether callbacks place it instead of `layout`.
    pub(crate) dynamic: bool,
    pub(crate) rights: Rights,
}

/// What is required to see and to write a field.
#[derive(Debug, Default)]
pub(crate) struct Rights {
    /// `#[sees(Role::Admin)]`
    pub(crate) sees: Option<Expr>,
    /// `#[needs(Role::Operator)]`
    pub(crate) needs: Option<Expr>,
    /// Whether `needs` is the field's own and not that of the whole struct.
    pub(crate) own_needs: bool,
    /// `#[private]`: each client has its own value.
    pub(crate) private: bool,
}

impl Rights {
    /// Whether there are any.
    pub(crate) const fn any(&self) -> bool {
        self.sees.is_some() || self.needs.is_some() || self.private
    }
}

/// The longest array. The expansion has one constant per element.
const LONGEST: usize = 256;

/// Names that `Ui::name` already has: functions of every dashboard.
const TAKEN: [&str; 1] = ["serve"];

/// All keys, for suggestions.
const KEYS: [&str; 2] = ["role", "needs"];

/// Parses the arguments of the attribute.
pub(crate) fn args(tokens: TokenStream, faults: &mut Faults) -> ComponentsArgs {
    let mut args = ComponentsArgs::default();
    args::list(tokens, faults, |input, faults| {
        let key = args::key(input, "role = Role")?;
        match key.to_string().as_str() {
            "role" | "roles" => {
                args::equals(input, &key, "role = Role")?;
                args::set(&mut args.role, &key, input.parse()?, faults);
            }
            "needs" | "default_needs" => {
                args::equals(input, &key, "needs = Role::Operator")?;
                args::set(&mut args.needs, &key, input.parse()?, faults);
            }
            other => {
                let advice = suggest::did_you_mean(other, &KEYS);
                return Err(syn::Error::new(key.span(), format!("there is no key `{other}` here; {advice}")));
            }
        }
        Ok(())
    });
    args
}

/// The struct and its fields, or `None` if it cannot be a dashboard's struct. Faults are added to `faults`.
pub(crate) fn understand(args: ComponentsArgs, mut item: ItemStruct, faults: &mut Faults) -> Option<ComponentsStruct> {
    if !item.generics.params.is_empty() {
        faults.on(&item.generics, "a `#[components]` struct has no generics: the components of a page are fixed types");
        return None;
    }
    let dynamic = take_dynamic(&mut item, faults);
    let rights = take_rights(&args, &mut item, faults);
    let named = match &item.fields {
        Fields::Named(named) => named,
        Fields::Unnamed(fields) => {
            faults.on(
                fields,
                "the fields need names, which are the ids of the components: `struct Ui { brightness: Slider }`",
            );
            return None;
        }
        Fields::Unit => {
            faults.on(&item.ident, "a `#[components]` struct has braces: `struct Ui {}` is a page without components");
            return None;
        }
    };
    if u16::try_from(named.named.len()).is_err() {
        faults.on(&item.ident, "a page has at most 65535 components");
        return None;
    }
    let fields = named.named.iter().zip(dynamic).zip(rights).filter_map(|((field, dynamic), rights)| {
        let ident = field.ident.clone()?;
        let name = ident.unraw().to_string();
        if TAKEN.contains(&name.as_str()) {
            faults.on(
                &ident,
                format!(
                    "a component cannot be called `{name}`: `{}::{name}` is a function of every dashboard",
                    item.ident
                ),
            );
        }
        if let Some(cfg) =
            field.attrs.iter().find(|attr| attr.path().is_ident("cfg") || attr.path().is_ident("cfg_attr"))
        {
            faults.on(cfg, "a component cannot depend on a `cfg`: write the struct twice, each with its `#[cfg(..)]`");
        }
        let (ty, lens) = elements(&field.ty, faults)?;
        let docs = docs::comments(&field.attrs).cloned().collect();
        Some(ComponentField { ident, ty, lens, docs, dynamic, rights })
    });
    // The compiler reports a duplicate field and continues with the second one.
    let mut fields: Vec<ComponentField> = fields.collect();
    if fields.len() < named.named.len() {
        return None;
    }
    let names: Vec<Ident> = fields.iter().map(|field| field.ident.clone()).collect();
    let mut at = 0;
    fields.retain(|field| {
        at += 1;
        !names[at..].contains(&field.ident)
    });
    Some(ComponentsStruct { item, fields, role: args.role })
}

/// The type inside all arrays, and their lengths, the outer one first.
fn elements(ty: &Type, faults: &mut Faults) -> Option<(Type, Vec<usize>)> {
    match ty {
        Type::Array(array) => {
            let (inner, mut lens) = elements(&array.elem, faults)?;
            match path::number(&array.len) {
                Some(length @ 1..=LONGEST) => lens.insert(0, length),
                _ => {
                    faults.on(
                        &array.len,
                        format!("how many there are is written here as a number from 1 to {LONGEST}: `[Lamp; 8]`"),
                    );
                    return None;
                }
            }
            Some((inner, lens))
        }
        // The invisible group that `macro_rules` puts around types.
        Type::Group(group) if matches!(*group.elem, Type::Array(_)) => elements(&group.elem, faults),
        Type::Paren(paren) => elements(&paren.elem, faults),
        other => Some((other.clone(), Vec::new())),
    }
}

/// Which fields are marked `#[dynamic]`. `layout` need not read those.
fn take_dynamic(item: &mut ItemStruct, faults: &mut Faults) -> Vec<bool> {
    let fields = item.fields.iter_mut().map(|field| {
        let (marks, others): (Vec<Attribute>, Vec<Attribute>) =
            field.attrs.drain(..).partition(|attr| attr.path().is_ident("dynamic"));
        field.attrs = others;
        if let Some(mark) = marks.iter().find(|mark| !matches!(mark.meta, Meta::Path(_))) {
            faults.on(mark, "`#[dynamic]` takes no arguments: any callback may place the component");
        }
        if let Some(again) = marks.get(1) {
            faults.on(again, "`#[dynamic]` is there twice: leave one of them out");
        }
        if !marks.is_empty() {
            field.attrs.push(parse_quote!(#[allow(dead_code)]));
        }
        !marks.is_empty()
    });
    fields.collect()
}

/// The rights of each field: its own, and otherwise those of the whole struct.
fn take_rights(args: &ComponentsArgs, item: &mut ItemStruct, faults: &mut Faults) -> Vec<Rights> {
    let fields = item.fields.iter_mut().map(|field| {
        let is_right = |attr: &Attribute| RIGHTS.iter().any(|name| attr.path().is_ident(name));
        let (said, others): (Vec<Attribute>, Vec<Attribute>) = field.attrs.drain(..).partition(is_right);
        field.attrs = others;
        let mut rights = Rights::default();
        for attr in &said {
            if attr.path().is_ident("private") {
                if !matches!(attr.meta, Meta::Path(_)) {
                    faults.on(attr, "`#[private]` takes no arguments: each client has its own value");
                }
                if rights.private {
                    faults.on(attr, "`#[private]` is there twice: leave one of them out");
                }
                rights.private = true;
                continue;
            }
            let (slot, name) = match attr.path().is_ident("sees") {
                true => (&mut rights.sees, "sees"),
                false => (&mut rights.needs, "needs"),
            };
            match role(attr, name, args) {
                Ok(_) if slot.is_some() => {
                    faults.on(attr, format!("`#[{name}(..)]` is there twice: the role in it may do what higher roles may, so name the lowest"));
                }
                Ok(role) => *slot = Some(role),
                Err(error) => faults.push(error),
            }
        }
        rights.own_needs = rights.needs.is_some();
        rights.needs = rights.needs.or_else(|| args.needs.clone());
        rights
    });
    fields.collect()
}

/// The attributes of a field that are rights.
const RIGHTS: [&str; 3] = ["needs", "sees", "private"];

/// The role in `#[needs(Role::Operator)]`.
fn role(attr: &Attribute, name: &str, args: &ComponentsArgs) -> syn::Result<Expr> {
    let Meta::List(list) = &attr.meta else {
        return Err(syn::Error::new_spanned(attr, format!("which role? Write `#[{name}(Role::Operator)]`")));
    };
    if list.tokens.is_empty() {
        return Err(syn::Error::new_spanned(attr, format!("which role? Write `#[{name}(Role::Operator)]`")));
    }
    let role: Expr = syn::parse2(list.tokens.clone()).map_err(|error| {
        syn::Error::new(error.span(), format!("one role is expected, the lowest one: `#[{name}(Role::Operator)]`"))
    })?;
    if args.role.is_none() {
        return Err(syn::Error::new_spanned(
            role,
            "this dashboard has no roles: say which there are with `#[components(role = Role)]`, where `Role` is an enum with `#[derive(Role)]`",
        ));
    }
    Ok(role)
}
