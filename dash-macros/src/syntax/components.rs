//! The struct of `#[components]`.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote_spanned};
use syn::{
    Attribute, Fields, GenericArgument, GenericParam, Ident, ItemStruct, Meta, Path, PathArguments, Type,
    ext::IdentExt, parse_quote,
};

use super::{
    args, derives, field_type,
    fleet::{self, Fleet},
    keep::{self, Keep},
    path,
    rights::{self, ComponentsArgs, Rights},
};
use crate::{
    diag::Faults,
    docs,
    hygiene::{ends, private},
    suggest,
};

/// A struct whose fields are components.
#[derive(Debug)]
pub(crate) struct ComponentsStruct {
    /// As the user wrote it, except for what has a fault.
    pub(crate) item: ItemStruct,
    /// The types of fields with a fault, by the names that the fields have them by.
    pub(crate) refused: Vec<(Ident, syn::Error)>,
    pub(crate) fields: Vec<ComponentField>,
    /// `role = Role`: the enum of roles that rights name.
    pub(crate) role: Option<Path>,
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
    /// What of it is there again after a restart.
    pub(crate) keep: Option<Keep>,
    /// What of it a relay shows in its list of devices.
    pub(crate) fleet: Option<Fleet>,
}

/// The longest array. The expansion has one constant per element.
const LONGEST: usize = 256;

/// Names that `Ui::name` already has: functions of every dashboard.
const TAKEN: [&str; 1] = ["serve"];

/// The struct and its fields. Faults are added to `faults`. What has a fault is replaced by something similar without
/// one, or by a type of which rustc says nothing more, so that the many uses of the struct are no further faults.
/// `Err`: it has no fields with names, and this is what to say about it.
pub(crate) fn understand(
    mut args: ComponentsArgs,
    mut item: ItemStruct,
    faults: &mut Faults,
) -> syn::Result<ComponentsStruct> {
    no_generics(&mut item, faults);
    let mut refused = Vec::new();
    not_in_itself(&mut item, &mut refused);
    derives::refuse(
        &mut item.attrs,
        &["Clone", "Copy"],
        "the components of a page are there once, so they are not cloned: leave this out",
        faults,
    );
    misspelt(&mut item, faults);
    rights::roles_are_named(&mut args, &item, faults);
    let dynamic = take_dynamic(&mut item, faults);
    let rights = rights::take(&args, &mut item, faults);
    let keeps = keep::take(&mut item, &rights, faults);
    let fleets = fleet::take(&mut item, &rights, faults);
    let named = match &mut item.fields {
        Fields::Named(named) => named,
        Fields::Unnamed(fields) => {
            return Err(syn::Error::new_spanned(
                fields,
                "the fields need names, which are the ids of the components: `struct Ui { brightness: Slider }`",
            ));
        }
        Fields::Unit => {
            return Err(syn::Error::new_spanned(
                &item.ident,
                "a `#[components]` struct has braces: `struct Ui {}` is a page without components",
            ));
        }
    };
    if u16::try_from(named.named.len()).is_err() {
        faults.on(&item.ident, "a page has at most 65535 components");
    }
    let said = dynamic.into_iter().zip(rights).zip(keeps.into_iter().zip(fleets));
    let fields = named.named.iter_mut().zip(said).filter_map(|(field, ((dynamic, rights), (keep, fleet)))| {
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
        let (ty, lens) = elements(&mut field.ty, &item.ident, &mut refused, faults);
        if dynamic {
            let ty = &field.ty;
            let (first, last) = ends(ty);
            let p = private(first);
            let close = quote_spanned!(last=> >);
            field.ty = Type::Verbatim(quote_spanned!(first=> #p::PlacedByCallbacks<#ty #close));
        }
        let docs = docs::comments(&field.attrs).cloned().collect();
        Some(ComponentField { ident, ty, lens, docs, dynamic, rights, keep, fleet })
    });
    // The compiler reports a duplicate field and continues with the second one.
    let mut fields: Vec<ComponentField> = fields.collect();
    let names: Vec<Ident> = fields.iter().map(|field| field.ident.clone()).collect();
    let mut at = 0;
    fields.retain(|field| {
        at += 1;
        !names[at..].contains(&field.ident)
    });
    gates_are_fields(&fields, faults);
    gates_have_a_top(&fields, faults);
    Ok(ComponentsStruct { item, refused, fields, role: args.role })
}

/// Reports attributes of fields that are nearly one of the attributes here, and takes them for it.
fn misspelt(item: &mut ItemStruct, faults: &mut Faults) {
    /// Attributes of Rust, which stay what they are.
    const RUST: [&str; 8] = ["allow", "cfg", "cfg_attr", "deny", "deprecated", "doc", "expect", "warn"];
    let known = || rights::RIGHTS.into_iter().chain(["dynamic", "keep", "fleet"]);
    for attr in item.fields.iter_mut().flat_map(|field| &mut field.attrs) {
        let Some(word) = attr.path().get_ident().cloned() else { continue };
        let written = word.unraw().to_string();
        if RUST.contains(&written.as_str()) || known().any(|known| known == written) {
            continue;
        }
        let (meant, advice) = match written.as_str() {
            "persist" | "persistent" | "save" | "saved" | "store" | "stored" | "remember" | "retain" => {
                ("keep", "what is there again after a restart has `#[keep]`".to_owned())
            }
            "requires" | "role" | "roles" | "permission" => {
                ("needs", "the role that may change it is named by `#[needs(Role::Operator)]`".to_owned())
            }
            "visible_to" | "shown_to" => {
                ("sees", "the role that may see it is named by `#[sees(Role::Operator)]`".to_owned())
            }
            _ => match suggest::nearest(&written, known()) {
                Some(meant) => (meant, format!("did you mean `#[{meant}]`?")),
                None => continue,
            },
        };
        faults.on(&word, format!("a field has no `#[{written}]`; {advice}"));
        let path = Path::from(Ident::new(meant, word.span()));
        match &mut attr.meta {
            Meta::Path(written) => *written = path,
            Meta::List(list) => list.path = path,
            Meta::NameValue(pair) => pair.path = path,
        }
    }
}

/// Checks the names in `#[under(..)]`.
fn gates_are_fields(fields: &[ComponentField], faults: &mut Faults) {
    let names: Vec<String> = fields.iter().map(|field| field.ident.unraw().to_string()).collect();
    for field in fields {
        for (at, gate) in field.rights.under.iter().enumerate() {
            let written = gate.unraw().to_string();
            if field.rights.under[..at].iter().any(|earlier| earlier.unraw() == gate.unraw()) {
                faults.on(gate, format!("`{written}` is named twice: leave one of them out"));
                continue;
            }
            match fields.iter().find(|other| other.ident.unraw() == gate.unraw()) {
                Some(other) if other.ident == field.ident => {
                    faults.on(gate, format!("`{written}` cannot be under itself: name another field"));
                }
                Some(other) if !other.lens.is_empty() => {
                    faults.on(gate, format!("`{written}` is an array: give the one that decides a field of its own"));
                }
                Some(_) => {}
                None => {
                    let own = field.ident.unraw().to_string();
                    let others: Vec<&str> = names.iter().map(String::as_str).filter(|name| *name != own).collect();
                    let advice = suggest::did_you_mean(&written, &others);
                    faults.on(gate, format!("this struct has no field `{written}`; {advice}"));
                }
            }
        }
    }
}

/// Reports gates that are under each other, each circle once. None of them could ever let something pass.
fn gates_have_a_top(fields: &[ComponentField], faults: &mut Faults) {
    let at_of = |gate: &Ident| fields.iter().position(|field| field.ident.unraw() == gate.unraw());
    let mut in_a_circle = vec![false; fields.len()];
    for (start, field) in fields.iter().enumerate() {
        for gate in field.rights.under.iter().filter(|gate| gate.unraw() != field.ident.unraw()) {
            // All that is above this gate.
            let mut above: Vec<usize> = at_of(gate).into_iter().collect();
            let mut next = 0;
            while let Some(&at) = above.get(next) {
                for higher in fields[at].rights.under.iter().filter_map(at_of) {
                    if !above.contains(&higher) {
                        above.push(higher);
                    }
                }
                next += 1;
            }
            if !above.contains(&start) || in_a_circle[start] {
                continue;
            }
            above.iter().for_each(|at| in_a_circle[*at] = true);
            let (own, gate_name) = (field.ident.unraw(), gate.unraw());
            faults.on(
                gate,
                format!("`{gate_name}` is itself under `{own}`, so neither could ever be changed: leave one of the `#[under(..)]` out"),
            );
        }
    }
}

/// Refuses generics, and leaves them out. A field whose type names one becomes a `Text`.
fn no_generics(item: &mut ItemStruct, faults: &mut Faults) {
    if item.generics.params.is_empty() {
        return;
    }
    faults.on(&item.generics, "a `#[components]` struct has no generics: the components of a page are fixed types");
    let generics = std::mem::take(&mut item.generics);
    let names: Vec<String> = generics
        .params
        .iter()
        .map(|param| match param {
            GenericParam::Lifetime(lifetime) => lifetime.lifetime.ident.to_string(),
            GenericParam::Type(ty) => ty.ident.to_string(),
            GenericParam::Const(value) => value.ident.to_string(),
        })
        .collect();
    for field in &mut item.fields {
        if mentions(field.ty.to_token_stream(), &names) {
            field.ty = parse_quote!(::dash_devices::Text);
        }
    }
}

/// Refuses a field that has the struct itself in it.
fn not_in_itself(item: &mut ItemStruct, refused: &mut Vec<(Ident, syn::Error)>) {
    for field in &mut item.fields {
        if contains(&field.ty, &item.ident) {
            let name = item.ident.unraw();
            let fault = syn::Error::new_spanned(
                &field.ty,
                format!(
                    "`{name}` cannot be in itself: what is there several times is a `#[components]` struct of its own, `[Row; 3]` or `Many<u32, Row>`"
                ),
            );
            field.ty = refuse(fault, &item.ident, refused);
        }
    }
}

/// Whether the struct `name` is in this type of one of its fields. `other::Ui` is another struct than `Ui`.
fn contains(ty: &Type, name: &Ident) -> bool {
    match ty {
        Type::Array(array) => contains(&array.elem, name),
        Type::Group(group) => contains(&group.elem, name),
        Type::Paren(paren) => contains(&paren.elem, name),
        Type::Path(path) if path.qself.is_none() => {
            if let Some(ident) = path.path.get_ident() {
                return ident == name || ident == "Self";
            }
            let Some(last) = path.path.segments.last() else { return false };
            let PathArguments::AngleBracketed(inner) = &last.arguments else { return false };
            inner.args.iter().any(|arg| matches!(arg, GenericArgument::Type(ty) if contains(ty, name)))
        }
        _ => false,
    }
}

/// Whether one of the names is among the tokens.
fn mentions(tokens: TokenStream, names: &[String]) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => names.contains(&ident.to_string()),
        TokenTree::Group(group) => mentions(group.stream(), names),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}

/// A type in place of one with a fault, for a field of `of`.
fn refuse(fault: syn::Error, of: &Ident, refused: &mut Vec<(Ident, syn::Error)>) -> Type {
    let name = format_ident!("__{}Refused{}", of.unraw(), refused.len(), span = Span::call_site());
    refused.push((name.clone(), fault));
    parse_quote!(#name)
}

/// The type inside all arrays, and their lengths, the outer one first. A type with a fault is replaced.
fn elements(
    ty: &mut Type,
    of: &Ident,
    refused: &mut Vec<(Ident, syn::Error)>,
    faults: &mut Faults,
) -> (Type, Vec<usize>) {
    match ty {
        Type::Array(array) => {
            let (inner, mut lens) = elements(&mut array.elem, of, refused, faults);
            match path::number(&array.len) {
                Some(length @ 1..=LONGEST) => lens.insert(0, length),
                _ => {
                    faults.on(
                        &array.len,
                        format!("how many there are is written here as a number from 1 to {LONGEST}: `[Lamp; 8]`"),
                    );
                    // With the longest array, no element that is named somewhere is missing.
                    array.len = parse_quote!(256);
                    lens.insert(0, LONGEST);
                }
            }
            (inner, lens)
        }
        // The invisible group that `macro_rules` puts around types.
        Type::Group(group) if matches!(*group.elem, Type::Array(_)) => elements(&mut group.elem, of, refused, faults),
        Type::Paren(paren) => elements(&mut paren.elem, of, refused, faults),
        other => {
            if let Some(field_type::Fault { at, why }) = field_type::fault(other) {
                *other = refuse(syn::Error::new_spanned(at, why), of, refused);
            }
            (other.clone(), Vec::new())
        }
    }
}

/// Which fields are marked `#[dynamic]`. `layout` need not read those.
fn take_dynamic(item: &mut ItemStruct, faults: &mut Faults) -> Vec<bool> {
    let fields = item.fields.iter_mut().map(|field| {
        let marks = args::take(&mut field.attrs, "dynamic");
        if let Some(mark) = marks.iter().find(|mark| !matches!(mark.meta, Meta::Path(_))) {
            faults.on(mark, "`#[dynamic]` takes no arguments: any callback may place the component");
        }
        if let Some(again) = marks.get(1) {
            faults.on(again, "`#[dynamic]` is written twice: leave one of them out");
        }
        if let (Some(mark), true) = (marks.first(), field_type::is_list(&field.ty)) {
            faults.on(
                mark.path(),
                "`layout` places a list, and its rows come and go by themselves: leave `#[dynamic]` out",
            );
            return false;
        }
        if !marks.is_empty() {
            field.attrs.push(parse_quote!(#[allow(dead_code)]));
        }
        !marks.is_empty()
    });
    fields.collect()
}
