//! The entries of `bindings![..]`: a word and what it takes, as in `bind(Ui::a.value, Ui::b.value)`.

use proc_macro2::{Ident, Span, TokenStream};
use syn::{Token, ext::IdentExt, parse::ParseStream, token};

use super::{args, port::Port};
use crate::{diag::Faults, suggest};

/// One entry.
#[derive(Debug)]
pub(crate) struct Binding {
    /// `bind`
    pub(crate) word: Ident,
    /// What stands in the brackets.
    pub(crate) args: Vec<Arg>,
    /// Where the brackets end.
    pub(crate) close: Span,
}

/// One argument of an entry.
#[derive(Debug)]
pub(crate) enum Arg {
    /// `Ui::a.value`
    Port(Port),
}

/// What a word takes, in its order.
#[derive(Debug, Clone, Copy)]
enum Takes {
    Port,
}

/// A word, what it takes, and how it is written.
struct Word {
    word: &'static str,
    takes: &'static [Takes],
    example: &'static str,
}

const WORDS: [Word; 1] =
    [Word { word: "bind", takes: &[Takes::Port, Takes::Port], example: "bind(Ui::slider.value, Ui::number.value)" }];

/// Parses all entries; what could not be understood is in `faults` and left out.
pub(crate) fn list(tokens: TokenStream, faults: &mut Faults) -> Vec<Binding> {
    let mut bindings = Vec::new();
    args::list(tokens, faults, |input, _| {
        bindings.push(entry(input)?);
        Ok(())
    });
    bindings
}

fn entry(input: ParseStream<'_>) -> syn::Result<Binding> {
    if !input.peek(Ident::peek_any) {
        return Err(input.error(format!("expected a binding, such as `{}`", WORDS[0].example)));
    }
    let word: Ident = input.call(Ident::parse_any)?;
    let text = word.to_string();
    let Some(known) = WORDS.iter().find(|known| known.word == text) else {
        let words = WORDS.map(|known| known.word);
        return Err(syn::Error::new(
            word.span(),
            format!("there is no binding `{text}`; {}", suggest::did_you_mean(&text, &words)),
        ));
    };
    if !input.peek(token::Paren) {
        return Err(syn::Error::new(word.span(), format!("say what it is about: `{}`", known.example)));
    }
    let content;
    let paren = syn::parenthesized!(content in input);
    let args = arguments(&content, known, paren.span.close())?;
    Ok(Binding { word, args, close: paren.span.close() })
}

fn arguments(input: ParseStream<'_>, word: &Word, close: Span) -> syn::Result<Vec<Arg>> {
    let mut args = Vec::new();
    for takes in word.takes {
        if input.is_empty() {
            return Err(syn::Error::new(close, format!("something is missing here: `{}`", word.example)));
        }
        args.push(match takes {
            Takes::Port => Arg::Port(input.parse()?),
        });
        if !input.is_empty() {
            input.parse::<Token![,]>()?;
        }
    }
    if !input.is_empty() {
        return Err(input.error(format!("`{}` takes no more than this: `{}`", word.word, word.example)));
    }
    Ok(args)
}

impl Binding {
    /// The properties that it names.
    pub(crate) fn ports(&self) -> impl Iterator<Item = &Port> {
        self.args.iter().map(|arg| match arg {
            Arg::Port(port) => port,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(text: &str) -> String {
        let mut faults = Faults::new();
        list(text.parse().expect(text), &mut faults);
        faults.finish().to_string()
    }

    #[test]
    fn each_way_to_miss_it_has_its_answer() {
        for (text, answer) in [
            ("Ui::a.value", "there is no binding `Ui`; expected `bind`"),
            ("bnd(Ui::a.value, Ui::b.value)", "there is no binding `bnd`; did you mean `bind`?"),
            ("bind", "say what it is about: `bind("),
            ("bind(Ui::a.value)", "something is missing here: `bind("),
            ("bind(Ui::a.value, Ui::b.value, Ui::c.value)", "`bind` takes no more than this"),
            ("bind(\"a.value\", Ui::b.value)", "without quotes: `Ui::a.value`"),
            ("bind(Ui::a, Ui::b.value)", "`Ui::a` is a component"),
            ("42", "expected a binding, such as `bind("),
        ] {
            let faults = faults(text);
            assert!(faults.contains(answer), "{text}: {faults}");
        }
        assert_eq!(faults("bind(Ui::a.value, Ui::b.value), bind(Ui::c.value, Ui::d.value,),"), "");
    }

    #[test]
    fn a_fault_in_one_entry_hides_no_other() {
        let faults = faults("bnd(Ui::a.value), bind(Ui::a.value, Ui::b.value), bind(x)");
        assert_eq!(faults.matches("compile_error").count(), 2, "{faults}");
    }
}
