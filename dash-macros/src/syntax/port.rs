//! A property by its path: `Ui::brightness.value`.

use std::ops::Range;

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::{
    Expr, ExprLit, ExprRange, Ident, Lit, LitInt, LitStr, Path, RangeLimits, Token,
    ext::IdentExt,
    parse::{Parse, ParseStream},
    token,
};

use super::args;
use crate::{diag::Faults, hygiene::ends};

/// `Ui::brightness.value`, `Ui::left.speed.value`, `Ui::lamps[3].on`: the one place that knows how a property is written.
#[derive(Debug, Clone)]
pub(crate) struct Port {
    /// `Ui::left.speed`
    component: Place,
    dot: Token![.],
    /// `value`
    prop: Ident,
}

/// `Ui::brightness`, `Ui::left.speed`, `Ui::lamps[3]`: a component or a group.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    /// `Ui::left`
    field: Path,
    /// `.speed`, `[3]`: what follows, if it is in a group or an array.
    steps: Vec<Step>,
}

/// One step further into a group or an array.
#[derive(Debug, Clone)]
enum Step {
    Field(Token![.], Ident),
    Index(token::Bracket, LitInt),
    /// `[0..8]`: several elements at once. With what was written, for messages.
    Range(token::Bracket, Range<usize>, TokenStream),
}

/// The most elements that a range may name. Each becomes a property of its own in the expansion.
const LONGEST: usize = 256;

impl Place {
    /// The `#[components]` struct: `Ui`.
    pub(crate) fn dashboard(&self) -> Path {
        let mut path = self.field.clone();
        path.segments.pop();
        // What is left ends in `::`.
        path.segments.pop_punct();
        path
    }

    /// `<Ui>::left.speed`: what the expansion says.
    ///
    /// As a type the struct is missed in the same words here and in bounds, and so once.
    pub(crate) fn expr(&self) -> TokenStream {
        let Self { field, steps } = self;
        let (dashboard, id) = (self.dashboard(), field.segments.last().map(|segment| &segment.ident));
        let (first, _) = ends(field);
        let qualified = quote_spanned!(first=> <#dashboard>::);
        quote!(#qualified #id #(#steps)*)
    }

    /// Each of the elements that a range names; only this one without a range.
    pub(crate) fn each(&self) -> Vec<Self> {
        let range = self.steps.iter().enumerate().find_map(|(at, step)| match step {
            Step::Range(bracket, range, _) => Some((at, *bracket, range.clone())),
            _ => None,
        });
        let Some((at, bracket, range)) = range else { return vec![self.clone()] };
        range
            .map(|n| {
                let mut one = self.clone();
                one.steps[at] = Step::Index(bracket, LitInt::new(&n.to_string(), bracket.span.open()));
                one
            })
            .collect()
    }

    fn is_several(&self) -> bool {
        self.steps.iter().any(|step| matches!(step, Step::Range(..)))
    }
}

impl Port {
    /// A property, or those of several elements of an array: `Ui::lamps[0..8].on`.
    pub(crate) fn several(input: ParseStream<'_>) -> syn::Result<Self> {
        written(input)
    }

    /// Whether it names several elements: then it is read and written as an array.
    pub(crate) fn is_several(&self) -> bool {
        self.component.is_several()
    }

    /// Each of the properties that it names.
    pub(crate) fn each(&self) -> Vec<Self> {
        let components = self.component.each().into_iter();
        components.map(|component| Self { component, ..self.clone() }).collect()
    }

    /// The `#[components]` struct: `Ui`.
    pub(crate) fn dashboard(&self) -> Path {
        self.component.dashboard()
    }

    /// `<Ui>::left.speed.value`: what the expansion says.
    pub(crate) fn expr(&self) -> TokenStream {
        let Self { component, dot, prop } = self;
        let component = component.expr();
        quote!(#component #dot #prop)
    }

    /// `Ui::brightness.value`, to compare and to quote in messages.
    pub(crate) fn text(&self) -> String {
        self.to_token_stream().to_string().replace(' ', "")
    }
}

impl ToTokens for Port {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self { component, dot, prop } = self;
        tokens.extend(quote!(#component #dot #prop));
    }
}

impl ToTokens for Place {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self { field, steps } = self;
        tokens.extend(quote!(#field #(#steps)*));
    }
}

impl ToTokens for Step {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Self::Field(dot, name) => tokens.extend(quote!(#dot #name)),
            Self::Index(bracket, index) => bracket.surround(tokens, |tokens| index.to_tokens(tokens)),
            Self::Range(bracket, _, written) => bracket.surround(tokens, |tokens| written.to_tokens(tokens)),
        }
    }
}

impl Parse for Place {
    /// Everything up to the end: for a property, its name is the last step.
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let field = input.call(Path::parse_mod_style)?;
        let mut steps = Vec::new();
        loop {
            if input.peek(Token![.]) {
                let dot = input.parse()?;
                if !input.peek(Ident::peek_any) {
                    return Err(syn::Error::new_spanned(
                        quote!(#field #(#steps)* #dot),
                        "the name of a property is missing behind the dot",
                    ));
                }
                steps.push(Step::Field(dot, input.call(Ident::parse_any)?));
            } else if input.peek(token::Bracket) {
                let content;
                let bracket = syn::bracketed!(content in input);
                let step = index(&content, bracket)?;
                if let (Step::Range(..), Some(_)) = (&step, steps.iter().find(|step| matches!(step, Step::Range(..)))) {
                    return Err(syn::Error::new(bracket.span.join(), "one range is enough: write the other one out"));
                }
                steps.push(step);
            } else {
                return Ok(Self { field, steps });
            }
        }
    }
}

/// A number that is written out, also inside of the invisible brackets that `macro_rules` leave around expressions.
pub(super) fn number(expr: &Expr) -> Option<usize> {
    match expr {
        Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) => number.base10_parse().ok(),
        Expr::Group(group) => number(&group.expr),
        _ => None,
    }
}

/// One element of an array, or several.
fn index(content: ParseStream<'_>, bracket: token::Bracket) -> syn::Result<Step> {
    let advice = "an element of an array is written with its number, `Ui::lamps[3].on`, several with the first and the one \
                  behind the last, `Ui::lamps[0..8].on`";
    if content.is_empty() {
        return Err(syn::Error::new(bracket.span.join(), advice));
    }
    let written: TokenStream = content.parse()?;
    if let Ok(index) = syn::parse2(written.clone()) {
        return Ok(Step::Index(bracket, index));
    }
    let number = |bound: &Option<Box<Expr>>| number(bound.as_deref()?);
    let range = syn::parse2::<ExprRange>(written.clone()).ok();
    let bounds = range.and_then(|range| {
        let inclusive = matches!(range.limits, RangeLimits::Closed(_));
        Some((number(&range.start)?, number(&range.end)?.checked_add(usize::from(inclusive))?))
    });
    match bounds {
        Some((start, end)) if start < end && end - start <= LONGEST => Ok(Step::Range(bracket, start..end, written)),
        Some(_) => Err(syn::Error::new_spanned(
            written,
            format!("a range names from 1 to {LONGEST} elements: `0..8` are the eight from 0 to 7"),
        )),
        None => Err(syn::Error::new_spanned(written, advice)),
    }
}

impl Parse for Port {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let port = written(input)?;
        if port.is_several() {
            return Err(syn::Error::new_spanned(
                &port,
                "one property is meant here: write which element, as in `Ui::lamps[3].on`",
            ));
        }
        Ok(port)
    }
}

/// One property, or several by a range.
fn written(input: ParseStream<'_>) -> syn::Result<Port> {
    if input.peek(LitStr) {
        let text: LitStr = input.parse()?;
        return Err(syn::Error::new_spanned(
            &text,
            format!("a property is written without quotes: `{}`", unquoted(&text.value())),
        ));
    }
    if !(input.peek(Ident::peek_any) || input.peek(Token![::])) {
        return Err(input.error("expected a property, such as `Ui::brightness.value`"));
    }
    let ahead: Path = input.fork().call(Path::parse_mod_style)?;
    if ahead.segments.len() < 2 {
        let path = input.call(Path::parse_mod_style)?;
        return Err(too_short(&path, input));
    }
    let mut component: Place = input.parse()?;
    match component.steps.pop() {
        Some(Step::Field(dot, prop)) => Ok(Port { component, dot, prop }),
        index => {
            component.steps.extend(index);
            let written = component.to_token_stream().to_string().replace(' ', "");
            Err(syn::Error::new_spanned(
                &component,
                format!(
                    "`{written}` is a component: write which of its properties behind it, as in `Ui::brightness.value`"
                ),
            ))
        }
    }
}

/// The group behind the `for` of `callbacks![set_speed for Ui::left]`.
pub(crate) fn group(input: ParseStream<'_>, keyword: Token![for]) -> syn::Result<Place> {
    if !(input.peek(Ident::peek_any) || input.peek(Token![::])) {
        return Err(syn::Error::new_spanned(
            keyword,
            "for which group? Write its place on the page: `set_speed for Ui::left`",
        ));
    }
    let place: Place = input.parse()?;
    if place.field.segments.len() < 2 {
        let written = place.to_token_stream().to_string().replace(' ', "");
        return Err(syn::Error::new_spanned(
            &place,
            format!(
                "a group begins with the `#[components]` struct that has it: `Ui::{written}`, if the struct is called `Ui`"
            ),
        ));
    }
    Ok(place)
}

/// `brightness.value` or `value`, without the struct.
fn too_short(path: &Path, input: ParseStream<'_>) -> syn::Error {
    let name = path.to_token_stream().to_string();
    let whole = match input.parse::<Token![.]>().and_then(|_| Ident::parse_any(input)) {
        Ok(prop) => format!("Ui::{name}.{prop}"),
        Err(_) => "Ui::brightness.value".to_owned(),
    };
    syn::Error::new_spanned(
        path,
        format!(
            "a property begins with the `#[components]` struct that has it: `{whole}`, if the struct is called `Ui`"
        ),
    )
}

/// What somebody who wrote a string probably wants.
fn unquoted(text: &str) -> String {
    let word = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || c == '_');
    match text.split_once('.') {
        Some((component, prop)) if word(component) && word(prop) => format!("Ui::{component}.{prop}"),
        Some((component, prop)) if component.split("::").all(word) && word(prop) => text.to_owned(),
        _ => "Ui::brightness.value".to_owned(),
    }
}

/// One port, or several in a tuple.
pub(crate) fn ports(input: ParseStream<'_>, faults: &mut Faults) -> syn::Result<Vec<Port>> {
    let mut ports = Vec::new();
    several(input, faults, &mut |input| {
        ports.push(Port::several(input)?);
        Ok(())
    })?;
    Ok(ports)
}

/// One of what `one` parses, or several in a tuple.
pub(crate) fn several(
    input: ParseStream<'_>,
    faults: &mut Faults,
    one: &mut dyn FnMut(ParseStream<'_>) -> syn::Result<()>,
) -> syn::Result<()> {
    if input.peek(token::Bracket) {
        let content;
        syn::bracketed!(content in input);
        let tokens: TokenStream = content.parse()?;
        return Err(syn::Error::new_spanned(
            &tokens,
            "several properties are written as a tuple: `(Ui::a.value, Ui::b.value)`",
        ));
    }
    if !input.peek(token::Paren) {
        return one(input);
    }
    let content;
    let paren = syn::parenthesized!(content in input);
    let mut any = false;
    args::entries(&content, faults, &mut |input, _| {
        any = true;
        one(input)
    });
    if !any {
        return Err(syn::Error::new(
            paren.span.join(),
            "no property in here: leave the key out, or name one: `Ui::brightness.value`",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use syn::parse::Parser as _;

    use super::*;

    fn fault(text: &str) -> String {
        syn::parse_str::<Port>(text).expect_err(text).to_string()
    }

    #[test]
    fn a_port_knows_its_struct() {
        for (text, dashboard) in [
            ("Ui::a.value", "Ui"),
            ("crate::ui::Ui::a.value", "crate::ui::Ui"),
            ("::x::Ui::a.value", "::x::Ui"),
            ("Ui::r#type.r#in", "Ui"),
            ("Ui::left.speed.value", "Ui"),
            ("crate::Ui::lamps[3].dimmers[0].value", "crate::Ui"),
        ] {
            let port: Port = syn::parse_str(text).expect(text);
            assert_eq!(port.dashboard().to_token_stream().to_string().replace(' ', ""), dashboard);
            assert_eq!(port.text(), text);
        }
    }

    #[test]
    fn a_range_names_each_of_its_elements() {
        let each = |text| -> Vec<String> {
            let port = Port::several.parse_str(text).expect(text);
            assert_eq!(port.text(), text);
            port.each().iter().map(Port::text).collect()
        };
        assert_eq!(each("Ui::a[1..3].value"), ["Ui::a[1].value", "Ui::a[2].value"]);
        assert_eq!(each("Ui::a[1..=2].b[0].value"), ["Ui::a[1].b[0].value", "Ui::a[2].b[0].value"]);
        assert_eq!(each("Ui::a[1].value"), ["Ui::a[1].value"]);
    }

    #[test]
    fn each_way_to_miss_it_has_its_answer() {
        assert!(fault("Ui::a").contains("`Ui::a` is a component"));
        assert!(fault("a.value").contains("`Ui::a.value`"));
        assert!(fault("\"a.value\"").contains("without quotes: `Ui::a.value`"));
        assert!(fault("\"Ui::a.value\"").contains("without quotes: `Ui::a.value`"));
        assert!(fault("\"a value\"").contains("without quotes: `Ui::brightness.value`"));
        assert!(fault("Ui::a[3]").contains("`Ui::a[3]` is a component"));
        assert!(fault("Ui::a[0..4].value").contains("one property is meant here"));
        assert!(fault("Ui::a[4..0].value").contains("from 1 to 256 elements"));
        assert!(fault("Ui::a[0..1000].value").contains("from 1 to 256 elements"));
        assert!(fault("Ui::a[..].value").contains("behind the last"));
        assert!(fault("Ui::a[0..2][0..2].value").contains("one range"));
        assert!(fault("Ui::a[].value").contains("with its number"));
        assert!(fault("Ui::a[i].value").contains("with its number"));
        assert!(fault("Ui::a.").contains("missing"));
        assert!(fault("42").contains("expected a property"));
        assert!(fault("").contains("expected a property"));
    }
}
