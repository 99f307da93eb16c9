//! The enum of `#[derive(Route)]`.

use syn::{Attribute, Data, DeriveInput, Field, Fields, Ident, LitStr, Meta, Type, Variant, ext::IdentExt};

use crate::{diag::Faults, suggest};

/// The pages of a dashboard with their paths.
#[derive(Debug)]
pub(crate) struct Route {
    pub(crate) name: Ident,
    /// In the order in which they are tried: fixed parts before fields.
    pub(crate) pages: Vec<Page>,
    /// The variant for all other paths.
    pub(crate) not_found: Ident,
}

/// One page.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) name: Ident,
    pub(crate) parts: Vec<Part>,
    pattern: LitStr,
}

/// The part of a path between two slashes.
#[derive(Debug)]
pub(crate) enum Part {
    Fixed(String),
    /// A field and its type.
    Field(Ident, Box<Type>),
}

/// First parts of the paths that every dashboard serves itself.
const TAKEN: [&str; 4] = ["_dash", "api", "health", "schema.json"];

const EXAMPLE: &str = "`#[route(\"/lamp/{id}\")]`";

/// The pages, or `None` if nothing can be generated. Faults are added to `faults`.
pub(crate) fn understand(item: DeriveInput, faults: &mut Faults) -> Option<Route> {
    if !item.generics.params.is_empty() {
        faults.on(&item.generics, "the pages of a dashboard are fixed: an enum of routes has no generics");
        return None;
    }
    let Data::Enum(data) = item.data else {
        faults.on(&item.ident, "`#[derive(Route)]` is for an enum, with one variant for each page");
        return None;
    };
    let before = faults.count();
    let (mut pages, mut not_found) = (Vec::new(), None::<Ident>);
    for variant in data.variants {
        match attribute(&variant, faults) {
            Some(Said::Path(pattern)) => pages.extend(page(variant, pattern, faults)),
            Some(Said::NotFound) => {
                if !matches!(variant.fields, Fields::Unit) {
                    faults.on(&variant.fields, "the page for paths that are nowhere has no fields");
                }
                if let Some(first) = &not_found {
                    faults.on(&variant.ident, format!("`{first}` is already the page for paths that are nowhere"));
                }
                not_found.get_or_insert(variant.ident);
            }
            None => {}
        }
    }
    if not_found.is_none() && faults.count() == before {
        faults.on(&item.ident, "a variant for paths that do not exist is missing: add `#[route(not_found)] NotFound`");
    }
    ambiguous(&pages, faults);
    if faults.count() > before {
        return None;
    }
    pages.sort_by_key(|page| page.parts.iter().map(|part| matches!(part, Part::Field(..))).collect::<Vec<_>>());
    Some(Route { name: item.ident, pages, not_found: not_found? })
}

enum Said {
    Path(LitStr),
    NotFound,
}

/// `#[route("/lamp/{id}")]` or `#[route(not_found)]`
fn attribute(variant: &Variant, faults: &mut Faults) -> Option<Said> {
    let attrs: Vec<&Attribute> = variant.attrs.iter().filter(|attr| attr.path().is_ident("route")).collect();
    let Some(attr) = attrs.first() else {
        faults.on(
            &variant.ident,
            format!("this variant has no path: write {EXAMPLE} above it, or `#[route(not_found)]`"),
        );
        return None;
    };
    if let Some(again) = attrs.get(1) {
        faults.on(again, "a page has one path: leave one of them out");
    }
    let Meta::List(list) = &attr.meta else {
        faults.on(attr, format!("the path is missing: {EXAMPLE}"));
        return None;
    };
    if let Ok(path) = syn::parse2::<LitStr>(list.tokens.clone()) {
        return Some(Said::Path(path));
    }
    match syn::parse2::<Ident>(list.tokens.clone()) {
        Ok(word) if word == "not_found" => Some(Said::NotFound),
        _ => {
            faults.on(&list.tokens, format!("expected a path in quotes, as in {EXAMPLE}, or `not_found`"));
            None
        }
    }
}

fn page(variant: Variant, pattern: LitStr, faults: &mut Faults) -> Option<Page> {
    let fields: Vec<Field> = match variant.fields {
        Fields::Named(fields) => fields.named.into_iter().collect(),
        Fields::Unit => Vec::new(),
        Fields::Unnamed(fields) => {
            faults.on(fields, "the fields need names, which stand in the path: `Lamp { id: u32 }`");
            return None;
        }
    };
    let names: Vec<String> =
        fields.iter().filter_map(|field| field.ident.as_ref()).map(|name| name.unraw().to_string()).collect();
    let text = pattern.value();
    let Some(inner) = text.strip_prefix('/') else {
        faults.on(&pattern, format!("a path begins with a slash: `\"/{text}\"`"));
        return None;
    };
    let before = faults.count();
    let mut used: Vec<String> = Vec::new();
    let mut parts = Vec::new();
    for part in inner.split('/').filter(|_| !inner.is_empty()) {
        let Some(name) = part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) else {
            fixed(part, &pattern, faults);
            parts.push(Part::Fixed(part.to_owned()));
            continue;
        };
        let known: Vec<&str> = names.iter().map(String::as_str).collect();
        let Some(at) = names.iter().position(|known| known == name) else {
            let advice = if known.is_empty() {
                format!("write `{} {{ {name}: u32 }}`", variant.ident)
            } else {
                suggest::did_you_mean(name, &known)
            };
            faults.on(&pattern, format!("`{}` has no field `{name}`; {advice}", variant.ident));
            continue;
        };
        if used.iter().any(|used| used == name) {
            faults.on(&pattern, format!("`{{{name}}}` is in this path twice: once is enough"));
        }
        used.push(name.to_owned());
        if let Field { ident: Some(ident), ty, .. } = &fields[at] {
            parts.push(Part::Field(ident.clone(), Box::new(ty.clone())));
        }
    }
    for field in fields.iter().filter_map(|field| field.ident.as_ref()) {
        let name = field.unraw().to_string();
        if faults.count() == before && !used.contains(&name) {
            faults.on(field, format!("`{name}` is not in the path, so it would get lost: write `/{{{name}}}` there"));
        }
    }
    (faults.count() == before).then_some(Page { name: variant.ident, parts, pattern })
}

/// Text that is part of the path as it is.
fn fixed(part: &str, pattern: &LitStr, faults: &mut Faults) {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._~".contains(c);
    let name = part.trim_matches([':', '<', '>', '*']);
    if name != part && !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_') {
        faults.on(pattern, format!("a field in a path is written in braces: `{{{name}}}` instead of `{part}`"));
    } else if part.is_empty() {
        faults.on(pattern, "there is nothing between two slashes, or after the last one: leave a slash out");
    } else if part.contains(['{', '}']) {
        faults.on(pattern, "a field stands alone between two slashes: `/lamp/{id}`");
    } else if !part.chars().all(plain) || part.chars().all(|c| c == '.') {
        faults.on(
            pattern,
            format!("`{part}` is not in paths as it is: use letters of ASCII, digits, `-`, `.`, `_` and `~`"),
        );
    } else if TAKEN.contains(&part) && pattern.value()[1..].starts_with(part) {
        faults.on(pattern, format!("`/{part}` is something else on every dashboard: choose another name"));
    }
}

/// A path must lead to one page. If two patterns match the same path, one must be more specific at each place where
/// they differ.
fn ambiguous(pages: &[Page], faults: &mut Faults) {
    for (at, page) in pages.iter().enumerate() {
        for other in &pages[..at] {
            if page.parts.len() != other.parts.len() {
                continue;
            }
            let (mut more, mut less) = (false, false);
            let overlap = page.parts.iter().zip(&other.parts).all(|parts| match parts {
                (Part::Fixed(a), Part::Fixed(b)) => a == b,
                (Part::Fixed(_), Part::Field(..)) => {
                    more = true;
                    true
                }
                (Part::Field(..), Part::Fixed(_)) => {
                    less = true;
                    true
                }
                (Part::Field(..), Part::Field(..)) => true,
            });
            if overlap && more == less {
                faults.on(
                    &page.pattern,
                    format!(
                        "a path could be `{}` or `{}`, whose pattern is \"{}\": make them differ in a fixed part",
                        page.name,
                        other.name,
                        other.pattern.value()
                    ),
                );
            }
        }
    }
}
