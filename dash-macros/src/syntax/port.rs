//! A property by its path: `Ui::brightness.value`.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{
    Ident, LitStr, Path, Token,
    ext::IdentExt,
    parse::{Parse, ParseStream},
    token,
};

use super::{
    args,
    path::{Place, Rows, Step},
};
use crate::{
    diag::Faults,
    hygiene::{call_at, ends},
};

/// `Ui::brightness.value`, `Ui::left.speed.value`, `Ui::lamps[3].on`, `Ui::lamps[key].on.on`. Only this type knows
/// the syntax of a property.
#[derive(Debug, Clone)]
pub(crate) struct Port {
    /// `Ui::left.speed`
    component: Place,
    dot: Token![.],
    /// `value`
    prop: Ident,
}

impl Port {
    /// A property, or the property of several elements of an array: `Ui::lamps[0..8].on`.
    pub(crate) fn several(input: ParseStream<'_>) -> syn::Result<Self> {
        let port = written(input)?;
        if let Some(Step::Row(_, row, ..)) = port.component.steps.iter().find(|step| matches!(step, Step::Row(..))) {
            return Err(syn::Error::new(
                row.span(),
                "a callback names no single row, because rows come and go: write `[key]` for the row that it runs for, or `[..]` for all rows",
            ));
        }
        Ok(port)
    }

    /// One property that exists from the start and is in no list.
    pub(crate) fn fixed(input: ParseStream<'_>) -> syn::Result<Self> {
        let port = written(input)?;
        if port.component.has_rows() {
            return Err(syn::Error::new_spanned(
                &port,
                "a binding is between components that are always on the page, and rows come and go: write a callback instead",
            ));
        }
        port.one()
    }

    /// One property. A row is given by the value of its key: `Ui::lamps.row(7).on.on`.
    pub(crate) fn pushed(input: ParseStream<'_>) -> syn::Result<Self> {
        let port = written(input)?;
        if port.rows().is_some() {
            return Err(syn::Error::new_spanned(
                &port,
                "one property is meant here: of a list write the key of the row, as in `Ui::lamps.row(7).on.on`, and of an array the number of the element, as in `Ui::lamps[3].on`",
            ));
        }
        port.one()
    }

    /// Refuses a range.
    fn one(self) -> syn::Result<Self> {
        if self.is_several() {
            return Err(syn::Error::new_spanned(
                &self,
                "one property is meant here: write which element, as in `Ui::lamps[3].on`",
            ));
        }
        if let Some((_, Rows::All(_))) = self.rows() {
            return Err(syn::Error::new_spanned(
                &self,
                "one property is meant here, and `[..]` are those of all rows: write `[key]` for the row that the callback runs for",
            ));
        }
        Ok(self)
    }

    /// Whether it is in an element of an array, or in several.
    pub(crate) fn is_element(&self) -> bool {
        self.component.steps.iter().any(|step| matches!(step, Step::Index(..) | Step::Range(..)))
    }

    /// Whether it names several elements, which are read and written as an array.
    pub(crate) fn is_several(&self) -> bool {
        self.component.is_several()
    }

    /// The list, and which of its rows, if it is a property of rows.
    pub(crate) fn rows(&self) -> Option<(Place, &Rows)> {
        self.component.rows()
    }

    /// The list and the word in the brackets, if it is a property of the row that the callback runs for.
    pub(crate) fn row(&self) -> Option<(Place, &Ident)> {
        match self.rows()? {
            (list, Rows::One(word)) => Some((list, word)),
            (_, Rows::All(_)) => None,
        }
    }

    /// Whether it is the property of all rows of a list.
    pub(crate) fn is_all(&self) -> bool {
        matches!(self.rows(), Some((_, Rows::All(_))))
    }

    /// The property without the choice of rows: the same for `Ui::lamps[key].on.on` and `Ui::lamps[..].on.on`.
    pub(crate) fn template(&self) -> String {
        let mut template = self.clone();
        for step in &mut template.component.steps {
            if let Step::Rows(_, rows) = step {
                *rows = Rows::All(Token![..](Span::call_site()));
            }
        }
        template.text()
    }

    /// Each property that the port names.
    pub(crate) fn each(&self) -> Vec<Self> {
        let components = self.component.each().into_iter();
        components.map(|component| Self { component, ..self.clone() }).collect()
    }

    /// The `#[components]` struct: `Ui`.
    pub(crate) fn dashboard(&self) -> Path {
        self.component.dashboard()
    }

    /// `<Ui>::left.speed.value`, for the expansion.
    pub(crate) fn expr(&self) -> TokenStream {
        let Self { component, dot, prop } = self;
        let component = match prop == "rows" {
            // A list has this property itself.
            true => component.expr(),
            false => component.before_a_name(),
        };
        // A component in place of a property is reported here, always with the same words, and so once.
        call_at(ends(self), "prop", quote!(#component #dot #prop))
    }

    /// `Ui::brightness.value`, to compare and to quote in messages.
    pub(crate) fn text(&self) -> String {
        format!("{}.{}", self.component.text(), self.prop)
    }
}

impl ToTokens for Port {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self { component, dot, prop } = self;
        tokens.extend(quote!(#component #dot #prop));
    }
}

impl Parse for Port {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        Self::several(input)?.one()
    }
}

/// One property, or several by a range or of rows.
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
        return Err(too_short(input));
    }
    let mut component: Place = input.parse()?;
    if let Some(right) = component.with_dots() {
        return Err(syn::Error::new_spanned(
            &component,
            format!("between a component and its property stands a dot: write `{right}`"),
        ));
    }
    match component.steps.pop() {
        Some(Step::Field(dot, prop)) => Ok(Port { component, dot, prop }),
        index => {
            component.steps.extend(index);
            let written = component.text();
            Err(syn::Error::new_spanned(
                &component,
                format!(
                    "`{written}` is a component: add the property that is meant, as in `Ui::brightness.value`; the property of a list is `rows`"
                ),
            ))
        }
    }
}

/// The group after the `for` of `callbacks![set_speed for Ui::left]`.
pub(crate) fn group(input: ParseStream<'_>, keyword: Token![for]) -> syn::Result<Place> {
    if !(input.peek(Ident::peek_any) || input.peek(Token![::]) || input.peek(token::Paren)) {
        return Err(syn::Error::new_spanned(keyword, "`for` needs a group of the page: `set_speed for Ui::left`"));
    }
    if input.peek(token::Paren) {
        return Err(input.error(
            "one group is meant here: list the callback once for each, `set_speed for Ui::left, set_speed for Ui::right`",
        ));
    }
    let place: Place = input.parse()?;
    if let Some(right) = place.with_colons().or_else(|| place.with_dots()) {
        return Err(syn::Error::new_spanned(&place, format!("a group is named like a component: write `{right}`")));
    }
    if place.field.segments.len() < 2 {
        let written = place.text();
        return Err(syn::Error::new_spanned(
            &place,
            format!(
                "a group begins with the `#[components]` struct that has it: `Ui::{written}`, if the struct is called `Ui`"
            ),
        ));
    }
    if place.has_rows() {
        return Err(syn::Error::new_spanned(
            &place,
            "a callback runs for each row by itself: list it by its name alone, and name properties of the row in it, as in `Ui::lamps[key].on.on`",
        ));
    }
    Ok(place)
}

/// What decides in `under = Ui::drive`.
pub(super) fn gate(input: ParseStream<'_>) -> syn::Result<Place> {
    const ADVICE: &str = "name the `Control`, `Stop` or `Armed` that decides: `under = Ui::drive`";
    if input.peek(LitStr) {
        let text: LitStr = input.parse()?;
        let name = text.value();
        let name = name.rsplit(':').next().unwrap_or_default();
        return Err(syn::Error::new(
            text.span(),
            format!("a component is written without quotes: `under = Ui::{name}`"),
        ));
    }
    if !(input.peek(Ident::peek_any) || input.peek(Token![::])) {
        return Err(input.error(ADVICE));
    }
    let place: Place = input.parse()?;
    if let Some(right) = place.with_colons().or_else(|| place.with_dots()) {
        return Err(syn::Error::new_spanned(&place, format!("a component is named like this: `under = {right}`")));
    }
    if place.field.segments.len() < 2 {
        let why = format!(
            "a component begins with the `#[components]` struct that has it: `under = Ui::{}`, if the struct is called `Ui`",
            place.text()
        );
        return Err(syn::Error::new_spanned(&place, why));
    }
    Ok(place)
}

/// The error for `brightness.value` or `value`, without the struct, and for `Ui.brightness.value`.
fn too_short(input: ParseStream<'_>) -> syn::Error {
    let place: Place = match input.parse() {
        Ok(place) => place,
        Err(error) => return error,
    };
    let path = &place.field;
    if let Some(right) = place.with_colons() {
        return syn::Error::new_spanned(
            &place,
            format!("between a struct and its component stands `::`: write `{right}`"),
        );
    }
    let whole = match place.steps.as_slice() {
        [] => "Ui::brightness.value".to_owned(),
        steps => {
            let name = if path.is_ident("self") || path.is_ident("Self") {
                String::new()
            } else {
                place.field.to_token_stream().to_string()
            };
            let steps: String = steps.iter().map(|step| step.to_token_stream().to_string().replace(' ', "")).collect();
            format!("Ui::{}", format!("{name}{steps}").trim_start_matches('.'))
        }
    };
    syn::Error::new_spanned(
        path,
        format!(
            "a property begins with the `#[components]` struct that has it: `{whole}`, if the struct is called `Ui`"
        ),
    )
}

/// Advice for a property in quotes: the same without quotes.
pub(super) fn unquoted(text: &str) -> String {
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

/// One item that `one` parses, or several in a tuple.
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
    fn a_property_of_rows_knows_its_list() {
        let rows = |text| {
            let port = Port::several.parse_str(text).expect(text);
            assert_eq!(port.text(), text);
            let (list, rows) = port.rows().expect(text);
            (list.text(), rows.to_token_stream().to_string(), port.template())
        };
        let is = |list: &str, rows: &str, template: &str| (list.to_owned(), rows.to_owned(), template.to_owned());
        assert_eq!(rows("Ui::a[key].b.value"), is("Ui::a", "key", "Ui::a[..].b.value"));
        assert_eq!(rows("Ui::g.a[..].value"), is("Ui::g.a", "..", "Ui::g.a[..].value"));
        assert_eq!(rows("Ui::g[1].a[k].b[0].value"), is("Ui::g[1].a", "k", "Ui::g[1].a[..].b[0].value"));
        let plain = Port::several.parse_str("Ui::a[1].value").expect("a property");
        assert!(plain.rows().is_none());
    }

    #[test]
    fn keys_are_compared_as_written() {
        let text = |text: &str| Port::pushed.parse_str(text).expect(text).text();
        assert_eq!(text("Ui::a.row(7).b.value"), "Ui::a.row(7).b.value");
        assert_ne!(text("Ui::a.row(\"a b\").value"), text("Ui::a.row(\"ab\").value"));
    }

    #[test]
    fn each_fault_has_its_message() {
        assert!(fault("Ui::a").contains("`Ui::a` is a component"));
        assert!(fault("a.value").contains("`Ui::a.value`"));
        assert!(fault("\"a.value\"").contains("without quotes: `Ui::a.value`"));
        assert!(fault("\"Ui::a.value\"").contains("without quotes: `Ui::a.value`"));
        assert!(fault("\"a value\"").contains("without quotes: `Ui::brightness.value`"));
        assert!(fault("Ui::a[3]").contains("`Ui::a[3]` is a component"));
        assert!(fault("Ui::a[0..4].value").contains("one property is meant here"));
        assert!(fault("Ui::a[4..0].value").contains("from 1 to 256 elements"));
        assert!(fault("Ui::a[0..1000].value").contains("from 1 to 256 elements"));
        assert!(fault("Ui::a[2..].value").contains("as a range"));
        assert!(fault("Ui::a[..].value").contains("those of all rows"));
        assert!(fault("Ui::a[key].b[key].value").contains("a row has no list in it"));
        assert!(fault("Ui::a[key]").contains("`Ui::a[key]` is a component"));
        assert!(fault("Ui::a[key + 1].value").contains("with `[key]`"));
        assert!(fault("Ui::a[self].value").contains("with `[key]`"));
        assert!(fault("Ui::a.row(7).value").contains("write `[key]`"));
        assert!(fault("Ui::a.row().value").contains("needs the key of a row"));
        assert!(fault("Ui::a.row(1, 2).value").contains("one key"));
        assert!(fault("Ui::a.push(7).value").contains("`push(..)` is a call"));
        assert!(fault("Ui::a[0..2][0..2].value").contains("one range"));
        assert!(fault("Ui::a[].value").contains("with its number"));
        assert!(fault("Ui::a.").contains("missing"));
        assert!(fault("42").contains("expected a property"));
        assert!(fault("").contains("expected a property"));
    }
}
