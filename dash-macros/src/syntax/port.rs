//! A property by its path: `Ui::brightness.value`.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::{
    Ident, LitStr, Path, Token,
    ext::IdentExt,
    parse::{Parse, ParseStream},
    token,
};

use super::args;
use crate::{diag::Faults, hygiene::ends};

/// `Ui::brightness.value`: the one place that knows how a property is written.
#[derive(Debug, Clone)]
pub(crate) struct Port {
    /// `Ui::brightness`
    component: Path,
    dot: Token![.],
    /// `value`
    prop: Ident,
}

impl Port {
    /// The `#[components]` struct: `Ui`.
    pub(crate) fn dashboard(&self) -> Path {
        let mut path = self.component.clone();
        path.segments.pop();
        // What is left ends in `::`.
        path.segments.pop_punct();
        path
    }

    /// `<Ui>::brightness.value`: what the expansion says.
    ///
    /// As a type the struct is missed in the same words here and in bounds, and so once.
    pub(crate) fn expr(&self) -> TokenStream {
        let Self { component, dot, prop } = self;
        let (dashboard, id) = (self.dashboard(), component.segments.last().map(|segment| &segment.ident));
        let (first, _) = ends(component);
        let qualified = quote_spanned!(first=> <#dashboard>::);
        quote!(#qualified #id #dot #prop)
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

impl Parse for Port {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
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
        let component = input.call(Path::parse_mod_style)?;
        if component.segments.len() < 2 {
            return Err(too_short(&component, input));
        }
        if !input.peek(Token![.]) {
            let written = component.to_token_stream().to_string().replace(' ', "");
            return Err(syn::Error::new_spanned(
                &component,
                format!(
                    "`{written}` is a component: write which of its properties behind it, as in `Ui::brightness.value`"
                ),
            ));
        }
        let dot: Token![.] = input.parse()?;
        if !input.peek(Ident::peek_any) {
            return Err(syn::Error::new_spanned(
                quote!(#component #dot),
                "the name of a property is missing behind the dot",
            ));
        }
        let prop = input.call(Ident::parse_any)?;
        if input.peek(Token![.]) {
            return Err(input.error("a property is one name behind the component: `Ui::brightness.value`"));
        }
        Ok(Self { component, dot, prop })
    }
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
        return Ok(vec![input.parse()?]);
    }
    let content;
    let paren = syn::parenthesized!(content in input);
    let mut ports = Vec::new();
    let mut any = false;
    args::entries(&content, faults, &mut |input, _| {
        any = true;
        ports.push(input.parse()?);
        Ok(())
    });
    if !any {
        return Err(syn::Error::new(
            paren.span.join(),
            "no property in here: leave the key out, or name one: `Ui::brightness.value`",
        ));
    }
    Ok(ports)
}

#[cfg(test)]
mod tests {
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
        ] {
            let port: Port = syn::parse_str(text).expect(text);
            assert_eq!(port.dashboard().to_token_stream().to_string().replace(' ', ""), dashboard);
            assert_eq!(port.text(), text);
        }
    }

    #[test]
    fn each_way_to_miss_it_has_its_answer() {
        assert!(fault("Ui::a").contains("`Ui::a` is a component"));
        assert!(fault("a.value").contains("`Ui::a.value`"));
        assert!(fault("\"a.value\"").contains("without quotes: `Ui::a.value`"));
        assert!(fault("\"Ui::a.value\"").contains("without quotes: `Ui::a.value`"));
        assert!(fault("\"a value\"").contains("without quotes: `Ui::brightness.value`"));
        assert!(fault("Ui::a.b.c").contains("one name"));
        assert!(fault("Ui::a.").contains("missing"));
        assert!(fault("42").contains("expected a property"));
        assert!(fault("").contains("expected a property"));
    }
}
