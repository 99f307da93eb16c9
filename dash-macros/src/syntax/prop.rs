//! `#[prop(..)]` of a field in a component.

use proc_macro2::{Ident, Span};
use syn::{
    Attribute, Expr, Meta, Token,
    parse::{ParseStream, Parser},
    spanned::Spanned,
    token,
};

use super::args;
use crate::{diag::Faults, suggest};

/// All keys, for suggestions.
const KEYS: [&str; 12] = [
    "writable",
    "held",
    "event",
    "stream",
    "ring",
    "history",
    "default",
    "within",
    "one_of",
    "max_len",
    "required",
    "no_setter",
];

/// The arguments of the attribute. Each key occurs at most once.
#[derive(Debug, Default)]
pub(crate) struct PropArgs {
    /// The browser may write the property.
    pub(crate) writable: Option<Span>,
    /// The property is an event.
    pub(crate) event: Option<Span>,
    /// The property is a stream.
    pub(crate) stream: Option<Span>,
    /// `ring = 2000`: the number of items of a stream that are kept.
    pub(crate) ring: Option<(Span, Expr)>,
    /// The items of a stream have a time, so that their history can be kept.
    pub(crate) history: Option<Span>,
    /// `default = 100.0`
    pub(crate) default: Option<(Span, Expr)>,
    /// `within(min, max)`
    pub(crate) within: Option<Within>,
    /// `one_of(options)`
    pub(crate) one_of: Option<(Span, Ident)>,
    /// `held(deadline)`
    pub(crate) held: Option<(Span, Ident)>,
    /// `max_len = 100`
    pub(crate) max_len: Option<(Span, Expr)>,
    /// `layout` must set the property.
    pub(crate) required: Option<Span>,
    /// Each client has a value of its own.
    pub(crate) own: bool,
    /// It is the state of a gate.
    pub(crate) by_server: bool,
    /// The user writes the builder method.
    pub(crate) no_setter: Option<Span>,
}

/// `within(min, max)`
#[derive(Debug)]
pub(crate) struct Within {
    /// The span of the key.
    pub(crate) key: Span,
    /// The sibling property with the smallest value.
    pub(crate) min: Ident,
    /// The sibling property with the largest value.
    pub(crate) max: Ident,
}

/// Joins all `#[prop(..)]` among `attrs`. Faults are added to `faults`.
pub(crate) fn parse(attrs: &[Attribute], faults: &mut Faults) -> PropArgs {
    let mut prop = PropArgs::default();
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("prop")) {
        match &attr.meta {
            Meta::List(list) => args::list(list.tokens.clone(), faults, |input, faults| entry(input, &mut prop, faults)),
            _ => faults.on(attr, "`#[prop]` says something about a property, as in `#[prop(writable)]`; a plain property needs no attribute"),
        }
    }
    prop
}

fn entry(input: ParseStream<'_>, prop: &mut PropArgs, faults: &mut Faults) -> syn::Result<()> {
    let key = args::key(input, "writable")?;
    let span = key.span();
    // Only for `Router` and `BrowserStore` of the library. So it is not among the suggested keys.
    if key == "own" {
        prop.own = true;
        return Ok(());
    }
    // Only for the gates of the library.
    if key == "by_server" {
        prop.by_server = true;
        return Ok(());
    }
    match key.to_string().as_str() {
        "writable" => args::set(&mut prop.writable, &key, span, faults),
        "event" => args::set(&mut prop.event, &key, span, faults),
        "stream" => args::set(&mut prop.stream, &key, span, faults),
        "history" => args::set(&mut prop.history, &key, span, faults),
        "required" => args::set(&mut prop.required, &key, span, faults),
        "no_setter" => args::set(&mut prop.no_setter, &key, span, faults),
        "ring" => {
            let value = (span, value(input, &key, "ring = 2000")?);
            args::set(&mut prop.ring, &key, value, faults);
        }
        "default" => {
            let value = (span, value(input, &key, "default = 100.0")?);
            args::set(&mut prop.default, &key, value, faults);
        }
        "max_len" => {
            let value = (span, value(input, &key, "max_len = 100")?);
            args::set(&mut prop.max_len, &key, value, faults);
        }
        "within" => {
            let siblings = siblings(input, &key, "within(min, max)")?;
            let Ok([min, max]) = <[Ident; 2]>::try_from(siblings) else {
                return Err(syn::Error::new(span, "`within` names two properties: `within(min, max)`"));
            };
            args::set(&mut prop.within, &key, Within { key: span, min, max }, faults);
        }
        "one_of" => {
            let siblings = siblings(input, &key, "one_of(options)")?;
            let Ok([options]) = <[Ident; 1]>::try_from(siblings) else {
                return Err(syn::Error::new(span, "`one_of` names one property: `one_of(options)`"));
            };
            args::set(&mut prop.one_of, &key, (span, options), faults);
        }
        "held" => {
            let siblings = siblings(input, &key, "held(deadline)")?;
            let Ok([deadline]) = <[Ident; 1]>::try_from(siblings) else {
                return Err(syn::Error::new(span, "`held` names one property, a time in seconds: `held(deadline)`"));
            };
            args::set(&mut prop.held, &key, (span, deadline), faults);
        }
        other => {
            return Err(syn::Error::new(
                span,
                format!("there is no key `{other}` for a property; {}", suggest::did_you_mean(other, &KEYS)),
            ));
        }
    }
    Ok(())
}

/// `= value` or `(value)`
fn value(input: ParseStream<'_>, key: &Ident, example: &str) -> syn::Result<Expr> {
    if input.peek(token::Paren) {
        let content;
        syn::parenthesized!(content in input);
        return content.parse();
    }
    args::equals(input, key, example)?;
    input.parse()
}

/// `(min, max)`
fn siblings(input: ParseStream<'_>, key: &Ident, example: &str) -> syn::Result<Vec<Ident>> {
    if !input.peek(token::Paren) {
        return Err(syn::Error::new(key.span(), format!("the properties it looks at go in parentheses: `{example}`")));
    }
    let content;
    syn::parenthesized!(content in input);
    let tokens: proc_macro2::TokenStream = content.parse()?;
    let span = tokens.span();
    syn::punctuated::Punctuated::<Ident, Token![,]>::parse_terminated
        .parse2(tokens)
        .map(|list| list.into_iter().collect())
        .map_err(|_| {
            syn::Error::new(span, format!("expected names of other properties of this component: `{example}`"))
        })
}
