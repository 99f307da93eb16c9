//! The annotated function. Its body stays unparsed tokens, because this crate does not change it.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, TokenStreamExt};
use syn::{
    Attribute, FnArg, Meta, Pat, Signature, Token, Type, Visibility,
    parse::{Parse, ParseStream},
    parse_quote,
    spanned::Spanned,
};

use super::{args, callback, port::Port, returned};
use crate::{diag::Faults, suggest};

/// The attributes of parameters.
const ROLES: [&str; 5] = ["input", "state", "session", "progress", "key"];

/// A function, as the user wrote it.
#[derive(Debug)]
pub(crate) struct Function {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) sig: Signature,
    pub(crate) body: TokenStream,
}

impl Parse for Function {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        Ok(Self {
            attrs: input.call(Attribute::parse_outer)?,
            vis: input.parse()?,
            sig: input.parse()?,
            body: input.parse()?,
        })
    }
}

impl ToTokens for Function {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.append_all(&self.attrs);
        self.vis.to_tokens(tokens);
        self.sig.to_tokens(tokens);
        self.body.to_tokens(tokens);
    }
}

/// A parameter: the role from its attribute, its name and its type.
#[derive(Debug)]
pub(crate) struct Param {
    pub(crate) role: Role,
    /// `None` if the parameter is a pattern.
    pub(crate) name: Option<Ident>,
    pub(crate) ty: Type,
}

/// The rate at which browsers send an input, in milliseconds.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Rate {
    Throttle(u32),
    Debounce(u32),
}

/// The role that a parameter's attribute gives it.
#[derive(Debug)]
pub(crate) enum Role {
    /// `#[input(..)]`
    Input(Port, Option<Rate>),
    /// `#[state(..)]`
    State(Port),
    /// `#[progress(..)]`
    Progress(Port),
    /// `#[session]`
    Session,
    /// `#[key]`
    Key,
    /// No attribute.
    Plain,
    /// An attribute that could not be parsed. A fault was added for it.
    Unknown,
}

impl Role {
    /// The property that the parameter is, if it is one.
    pub(crate) fn port(&self) -> Option<&Port> {
        match self {
            Self::Input(port, _) | Self::State(port) | Self::Progress(port) => Some(port),
            Self::Session | Self::Key | Self::Plain | Self::Unknown => None,
        }
    }
}

impl Function {
    /// Removes the roles from the signature, so that plain Rust remains.
    ///
    /// `self` is skipped here. A check reports it.
    pub(crate) fn take_params(&mut self, faults: &mut Faults) -> Vec<Param> {
        let typed = self.sig.inputs.iter_mut().filter_map(|arg| match arg {
            FnArg::Typed(typed) => Some(typed),
            FnArg::Receiver(_) => None,
        });
        typed
            .map(|typed| {
                let attrs = std::mem::take(&mut typed.attrs);
                let role = take_role(attrs, &mut typed.attrs, faults);
                if returned::name(&typed.ty).as_deref() == Some("str") {
                    faults.on(&typed.ty, "a `str` has no size of its own: write `String`, or `&str`");
                    *typed.ty = parse_quote!(::std::string::String);
                }
                let name = match &*typed.pat {
                    Pat::Ident(pat) => Some(pat.ident.clone()),
                    _ => None,
                };
                Param { role, name, ty: (*typed.ty).clone() }
            })
            .collect()
    }
}

/// The role among `attrs`. Attributes that are not roles go to `others`.
fn take_role(attrs: Vec<Attribute>, others: &mut Vec<Attribute>, faults: &mut Faults) -> Role {
    let mut found = None;
    for attr in attrs {
        let Some(name) = attr.path().get_ident().map(Ident::to_string) else {
            others.push(attr);
            continue;
        };
        let role = match name.as_str() {
            "input" => {
                let mut rate = None;
                let input = port(&attr, |input| rated(input, &mut rate), faults);
                input.map(|port| Role::Input(port, rate))
            }
            "state" => port(&attr, unrated, faults).map(Role::State),
            "progress" => port(&attr, Port::parse, faults).map(Role::Progress),
            "session" => session(&attr, faults),
            "key" => key(&attr, faults),
            "cfg" | "cfg_attr" => {
                faults.on(&attr, "a parameter of a callback cannot depend on a `cfg`: write the function twice, each with its `#[cfg(..)]`");
                continue;
            }
            "output" => {
                faults.on(&attr, "an output is not a parameter: the function returns it, and the attribute above the function says where it goes: `output = Ui::readout.text`");
                None
            }
            other => match suggest::nearest(other, ROLES) {
                Some(word) => {
                    faults.at(
                        attr.path().span(),
                        format!("there is no `#[{other}]` for parameters; did you mean `#[{word}]`?"),
                    );
                    None
                }
                // An attribute of another crate or of Rust, such as `#[allow(..)]`.
                None => {
                    others.push(attr);
                    continue;
                }
            },
        };
        if found.is_some() {
            faults.on(
                &attr,
                "a parameter is one thing: keep one of `#[input]`, `#[state]`, `#[progress]`, `#[session]` and `#[key]`",
            );
        } else {
            found = Some(role.unwrap_or(Role::Unknown));
        }
    }
    found.unwrap_or(Role::Plain)
}

/// The port of a `#[state]`.
fn unrated(input: ParseStream<'_>) -> syn::Result<Port> {
    let port = Port::several(input)?;
    if input.parse::<Option<Token![,]>>()?.is_some() && !input.is_empty() {
        return Err(input.error("a state starts nothing; how often a browser sends it is said at an `#[input]` of it"));
    }
    Ok(port)
}

/// `Ui::a.value`, `Ui::a.value, throttle = "50ms"`
fn rated(input: ParseStream<'_>, rate: &mut Option<Rate>) -> syn::Result<Port> {
    let port = Port::several(input)?;
    while input.peek(Token![,]) {
        input.parse::<Token![,]>()?;
        if input.is_empty() {
            break;
        }
        let key = args::key(input, "throttle = \"50ms\"")?;
        let make: fn(u32) -> Rate = match key.to_string().as_str() {
            "throttle" => Rate::Throttle,
            "debounce" => Rate::Debounce,
            other => {
                let advice = suggest::did_you_mean(other, &["throttle", "debounce"]);
                return Err(syn::Error::new(key.span(), format!("there is no key `{other}` here; {advice}")));
            }
        };
        args::equals(input, &key, &format!("{key} = \"50ms\""))?;
        let span = input.span();
        let at = |why: String| syn::Error::new(span, why);
        let millis = callback::time(input, &key.to_string(), "50ms")?.as_millis();
        // With a longer delay a value would be too old when the browser sends it.
        let millis = u32::try_from(millis).ok().filter(|millis| (1..=10_000).contains(millis));
        let millis = millis.ok_or_else(|| {
            at("this time is too short or too long for a browser to wait: write one from `1ms` to `10s`".to_owned())
        })?;
        if rate.replace(make(millis)).is_some() {
            return Err(syn::Error::new(
                key.span(),
                "a property is sent at one rate: keep one of `throttle` and `debounce`",
            ));
        }
    }
    Ok(port)
}

fn port(
    attr: &Attribute,
    parse: impl FnOnce(ParseStream<'_>) -> syn::Result<Port>,
    faults: &mut Faults,
) -> Option<Port> {
    let name = attr.path().to_token_stream();
    match &attr.meta {
        Meta::List(list) if !list.tokens.is_empty() => faults.ok(list.parse_args_with(parse)),
        Meta::NameValue(meta) => {
            let value = meta.value.to_token_stream().to_string().replace(' ', "");
            faults.on(attr, format!("the property is written in parentheses: `#[{name}({value})]`"));
            None
        }
        _ => {
            faults.on(attr, format!("`#[{name}]` needs a property: `#[{name}(Ui::brightness.value)]`"));
            None
        }
    }
}

fn session(attr: &Attribute, faults: &mut Faults) -> Option<Role> {
    if matches!(attr.meta, Meta::Path(_)) {
        return Some(Role::Session);
    }
    faults.on(attr, "write `#[session]` alone: there is one session per client, of the dashboard's `type Session`");
    None
}

fn key(attr: &Attribute, faults: &mut Faults) -> Option<Role> {
    if matches!(attr.meta, Meta::Path(_)) {
        return Some(Role::Key);
    }
    faults
        .on(attr, "write `#[key]` alone: it is the key of the row that the `[key]` of the callback's properties name");
    None
}
