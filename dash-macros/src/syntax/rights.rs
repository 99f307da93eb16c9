//! Rights: the roles of a dashboard, and what is required to see and to write its fields.

use proc_macro2::{Ident, TokenStream};
use syn::{Attribute, Expr, ItemStruct, Meta, Path, Token, ext::IdentExt, parse::ParseStream, punctuated::Punctuated};

use super::args;
use crate::{diag::Faults, suggest};

/// The arguments of the attribute.
#[derive(Debug, Default)]
pub(crate) struct ComponentsArgs {
    /// `role = Role`
    pub(crate) role: Option<Path>,
    /// `needs = Role::Operator`: for each field without rights of its own.
    needs: Option<Expr>,
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
    /// `#[secret]`: the value is in no record.
    pub(crate) secret: bool,
    /// `#[takes(Role::Chief)]`: who may take a `Control` over.
    pub(crate) takes: Option<Expr>,
    /// `#[under(drive, stop)]`: the fields that decide whether it may be changed now.
    pub(crate) under: Vec<Ident>,
}

impl Rights {
    /// Whether there are rights in the ids of the components.
    pub(crate) const fn any(&self) -> bool {
        self.sees.is_some() || self.needs.is_some() || self.takes.is_some() || self.private || self.secret
    }
}

/// All keys, for suggestions.
const KEYS: [&str; 2] = ["role", "needs"];

/// Parses the arguments of the attribute.
pub(crate) fn parse(tokens: TokenStream, faults: &mut Faults) -> ComponentsArgs {
    let mut args = ComponentsArgs::default();
    args::list(tokens, faults, |input, faults| {
        let key = args::key(input, "role = Role")?;
        match key.to_string().as_str() {
            "role" => {
                args::equals(input, &key, "role = Role")?;
                args::set(&mut args.role, &key, input.parse()?, faults);
            }
            "default_needs" => {
                let why = "the default for the whole dashboard is in its `impl Dashboard`: `const DEFAULT_NEEDS: Option<Role> = Some(Role::Operator);`. \
                           `needs = ..` here is for the fields of this struct";
                return Err(syn::Error::new(key.span(), why));
            }
            "needs" => {
                args::equals(input, &key, "needs = Role::Operator")?;
                let role: Expr = input.parse()?;
                not_a_text(&role, "needs = Role::Operator")?;
                args::set(&mut args.needs, &key, role, faults);
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

/// The rights of each field: its own, and otherwise those of the whole struct.
pub(crate) fn take(args: &ComponentsArgs, item: &mut ItemStruct, faults: &mut Faults) -> Vec<Rights> {
    let fields = item.fields.iter_mut().map(|field| {
        let is_right = |attr: &Attribute| RIGHTS.iter().any(|name| attr.path().is_ident(name));
        let (said, others): (Vec<Attribute>, Vec<Attribute>) = field.attrs.drain(..).partition(is_right);
        field.attrs = others;
        let mut rights = Rights::default();
        for attr in &said {
            let marks = [("private", "each client has its own value"), ("secret", "its value is in no record")];
            if let Some((mark, means)) = marks.into_iter().find(|(mark, _)| attr.path().is_ident(mark)) {
                if !matches!(attr.meta, Meta::Path(_)) {
                    faults.on(attr, format!("`#[{mark}]` takes no arguments: {means}"));
                }
                let set = if mark == "private" { &mut rights.private } else { &mut rights.secret };
                if *set {
                    faults.on(attr, format!("`#[{mark}]` is written twice: leave one of them out"));
                }
                *set = true;
                continue;
            }
            if attr.path().is_ident("under") {
                match under(attr) {
                    Ok(gates) => rights.under.extend(gates),
                    Err(error) => faults.push(error),
                }
                continue;
            }
            let (slot, name) = if attr.path().is_ident("sees") {
                (&mut rights.sees, "sees")
            } else if attr.path().is_ident("takes") {
                (&mut rights.takes, "takes")
            } else {
                (&mut rights.needs, "needs")
            };
            match role(attr, name, args) {
                Ok(_) if slot.is_some() => {
                    faults.on(attr, format!("`#[{name}(..)]` is written twice: keep the one with the lowest role, because higher roles may do the same"));
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

/// Reports once that a struct whose fields name roles does not say which there are. They are then taken from there.
pub(super) fn roles_are_named(args: &mut ComponentsArgs, item: &ItemStruct, faults: &mut Faults) {
    if args.role.is_some() {
        return;
    }
    let of_fields = item.fields.iter().flat_map(|field| &field.attrs).filter_map(|attr| {
        let names_role = ["needs", "sees", "takes"].iter().any(|name| attr.path().is_ident(name));
        attr.meta.require_list().ok().filter(|_| names_role)?.parse_args::<Expr>().ok()
    });
    let Some((written, mut role)) = args.needs.clone().into_iter().chain(of_fields).find_map(|expr| match &expr {
        Expr::Path(path) if path.path.segments.len() > 1 => Some((expr.clone(), path.path.clone())),
        _ => None,
    }) else {
        return;
    };
    // A key that could not be read may be the missing one.
    if faults.is_empty() {
        faults.on(
            written,
            "this dashboard has no roles: say which there are with `#[components(role = Role)]`, where `Role` is an enum with `#[derive(Role)]`",
        );
    }
    role.segments.pop();
    role.segments.pop_punct();
    args.role = Some(role);
}

/// The attributes of a field that are rights.
pub(super) const RIGHTS: [&str; 6] = ["needs", "sees", "private", "secret", "takes", "under"];

/// The fields in `#[under(drive, stop)]`.
fn under(attr: &Attribute) -> syn::Result<Vec<Ident>> {
    const ADVICE: &str = "name the fields that decide whether this may be changed now: `#[under(drive)]`";
    let Meta::List(list) = &attr.meta else { return Err(syn::Error::new_spanned(attr, ADVICE)) };
    let names = list
        .parse_args_with(|input: ParseStream<'_>| {
            Punctuated::<Path, Token![,]>::parse_terminated_with(input, |input| {
                if input.peek(Ident::peek_any) && !input.peek2(Token![::]) {
                    return Ok(Path::from(Ident::parse_any(input)?));
                }
                input.parse()
            })
        })
        .map_err(|error| syn::Error::new(error.span(), ADVICE))?;
    if names.is_empty() {
        return Err(syn::Error::new_spanned(attr, ADVICE));
    }
    let name = |path: Path| match (path.get_ident(), path.segments.last()) {
        (Some(name), _) => Ok(name.clone()),
        (None, Some(last)) => {
            let why =
                format!("a field of the same struct is named here, without the struct: `#[under({})]`", last.ident);
            Err(syn::Error::new_spanned(&path, why))
        }
        (None, None) => Err(syn::Error::new_spanned(attr, ADVICE)),
    };
    names.into_iter().map(name).collect()
}

/// The role in `#[needs(Role::Operator)]`.
fn role(attr: &Attribute, name: &str, args: &ComponentsArgs) -> syn::Result<Expr> {
    let Meta::List(list) = &attr.meta else {
        return Err(syn::Error::new_spanned(
            attr,
            format!("`#[{name}]` names the lowest role: `#[{name}(Role::Operator)]`"),
        ));
    };
    if list.tokens.is_empty() {
        return Err(syn::Error::new_spanned(
            attr,
            format!("`#[{name}]` names the lowest role: `#[{name}(Role::Operator)]`"),
        ));
    }
    let role: Expr = syn::parse2(list.tokens.clone()).map_err(|error| {
        syn::Error::new(error.span(), format!("one role is expected, the lowest one: `#[{name}(Role::Operator)]`"))
    })?;
    not_a_text(&role, &format!("#[{name}(Role::Operator)]"))?;
    if args.role.is_none() {
        return Err(syn::Error::new_spanned(
            role,
            "this dashboard has no roles: say which there are with `#[components(role = Role)]`, where `Role` is an enum with `#[derive(Role)]`",
        ));
    }
    Ok(role)
}

/// A role is not named by a text.
pub(super) fn not_a_text(role: &Expr, example: &str) -> syn::Result<()> {
    if matches!(role, Expr::Lit(_)) {
        return Err(syn::Error::new_spanned(role, format!("a role is a variant of the enum of roles: `{example}`")));
    }
    Ok(())
}
