//! The entries of `bindings![..]`: a word and its arguments, as in `bind(Ui::a.value, Ui::b.value)`.

use proc_macro2::{Ident, Span, TokenStream};
use syn::{LitInt, LitStr, Path, Token, ext::IdentExt, parse::ParseStream, token};

use super::{
    alarm::{self, Condition},
    args,
    port::{self, Port},
};
use crate::{diag::Faults, suggest};

/// One entry.
#[derive(Debug)]
pub(crate) struct Binding {
    /// `bind`
    pub(crate) word: Ident,
    /// The arguments in the parentheses.
    pub(crate) args: Vec<Arg>,
    /// The span of the closing parenthesis.
    pub(crate) close: Span,
}

/// One argument of an entry.
#[derive(Debug)]
pub(crate) enum Arg {
    /// `Ui::a.value`
    Port(Port),
    /// `Ui::a.value`, or `(Ui::a.value, Ui::b.value)`, to read from
    Inputs(Vec<Port>),
    /// `Ui::card`
    Component(Component),
    /// `"{:.1} °C"`
    Text(LitStr),
    /// `"seven.js"`, which contains the function `seven`
    Script { file: LitStr, name: String },
    /// `above = 0.8, after = "2s"`
    Condition(Box<Condition>),
}

/// `Ui::card`, `Ui::left.speed` or `Ui::lamps[3]`
#[derive(Debug)]
pub(crate) struct Component {
    /// `Ui`
    pub(crate) dashboard: Path,
    /// `card`
    pub(crate) name: Ident,
    /// `.speed`, `[3]`
    pub(crate) inside: Vec<Step>,
}

/// One step into a group or an array.
#[derive(Debug)]
pub(crate) enum Step {
    /// `.speed`
    Field(Ident),
    /// `[3]`
    Element(LitInt),
}

impl Component {
    /// The component's id in the page: `left-speed`.
    pub(crate) fn id(&self) -> String {
        let step = |step: &Step| match step {
            Step::Field(field) => field.unraw().to_string(),
            Step::Element(number) => number.base10_digits().to_owned(),
        };
        let steps = std::iter::once(self.name.unraw().to_string()).chain(self.inside.iter().map(step));
        steps.collect::<Vec<_>>().join("-")
    }
}

/// The arguments of a word, in their order.
#[derive(Debug, Clone, Copy)]
enum Takes {
    Port,
    Inputs,
    Component,
    Text,
    Script,
    /// All that follows.
    Condition,
}

/// The library's functions take scripts with up to as many inputs.
const MOST_INPUTS: usize = 8;

/// A word, its arguments, and an example.
struct Word {
    word: &'static str,
    takes: &'static [Takes],
    example: &'static str,
}

const ALARM: &str = "alarm(Ui::pressure.value, Ui::alarms, \"Over-pressure\", above = 0.8)";

const WORDS: [Word; 6] = [
    Word { word: "bind", takes: &[Takes::Port, Takes::Port], example: "bind(Ui::slider.value, Ui::number.value)" },
    Word { word: "mirror", takes: &[Takes::Port, Takes::Port], example: "mirror(Ui::slider.value, Ui::gauge.value)" },
    Word {
        word: "format",
        takes: &[Takes::Port, Takes::Port, Takes::Text],
        example: "format(Ui::slider.value, Ui::readout.text, \"{:.1} °C\")",
    },
    Word {
        word: "show_when",
        takes: &[Takes::Port, Takes::Component],
        example: "show_when(Ui::expert.on, Ui::details)",
    },
    Word {
        word: "script",
        takes: &[Takes::Script, Takes::Inputs, Takes::Port],
        example: "script(\"fahrenheit.js\", Ui::celsius.value, Ui::readout.text)",
    },
    Word { word: "alarm", takes: &[Takes::Port, Takes::Component, Takes::Text, Takes::Condition], example: ALARM },
];

/// Whether this is the word of a binding.
pub(crate) fn is_word(word: &str) -> bool {
    WORDS.iter().any(|known| known.word == word)
}

/// Parses all entries. An entry that cannot be parsed adds a fault and is left out.
pub(crate) fn list(tokens: TokenStream, faults: &mut Faults) -> Vec<Binding> {
    let mut bindings = Vec::new();
    args::list(tokens, faults, |input, faults| {
        bindings.push(entry(input, faults)?);
        Ok(())
    });
    bindings
}

fn entry(input: ParseStream<'_>, faults: &mut Faults) -> syn::Result<Binding> {
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
    let args = arguments(&content, known, paren.span.close(), faults)?;
    Ok(Binding { word, args, close: paren.span.close() })
}

fn arguments(input: ParseStream<'_>, word: &Word, close: Span, faults: &mut Faults) -> syn::Result<Vec<Arg>> {
    let mut args = Vec::new();
    for takes in word.takes {
        if input.is_empty() && !matches!(takes, Takes::Condition) {
            return Err(syn::Error::new(close, format!("something is missing here: `{}`", word.example)));
        }
        args.push(match takes {
            // The text of a `format` in a wrong place.
            Takes::Port if word.takes.iter().any(|takes| matches!(takes, Takes::Text)) && is_pattern(input) => {
                return Err(input.error(format!("the text is the last of the three: `{}`", word.example)));
            }
            Takes::Port => Arg::Port(Port::fixed(input)?),
            Takes::Inputs => {
                let mut ports = Vec::new();
                port::several(input, faults, &mut |input| {
                    ports.push(Port::fixed(input)?);
                    Ok(())
                })?;
                if let Some(port) = ports.get(MOST_INPUTS) {
                    return Err(syn::Error::new_spanned(
                        port,
                        format!("a script has at most {MOST_INPUTS} inputs: let one script compute a part, and another the rest"),
                    ));
                }
                Arg::Inputs(ports)
            }
            Takes::Component => Arg::Component(component(input)?),
            Takes::Text => Arg::Text(text(input, word)?),
            Takes::Script => {
                let file = text(input, word)?;
                let name = function(&file)?;
                Arg::Script { file, name }
            }
            Takes::Condition => Arg::Condition(Box::new(alarm::condition(input, close, faults)?)),
        });
        if input.peek(Token![>]) || input.peek(Token![<]) || input.peek(Token![==]) || input.peek(Token![>=]) {
            return Err(
                input.error(format!("a condition is not written as a comparison: it comes last, as in `{ALARM}`"))
            );
        }
        if !(input.is_empty() || input.peek(Token![,])) {
            return Err(input.error(format!("expected a comma, as in `{}`", word.example)));
        }
        input.parse::<Option<Token![,]>>()?;
    }
    if !input.is_empty() {
        return Err(input.error(format!("`{}` takes no more than this: `{}`", word.word, word.example)));
    }
    Ok(args)
}

/// Whether a text follows that has a place for a value, and so is no property in quotes.
fn is_pattern(input: ParseStream<'_>) -> bool {
    input.fork().parse::<LitStr>().is_ok_and(|text| text.value().contains('{'))
}

/// `Ui::card`, without a property. The compiler checks by its type that it is a component.
fn component(input: ParseStream<'_>) -> syn::Result<Component> {
    if input.peek(LitStr) {
        let text: LitStr = input.parse()?;
        return Err(syn::Error::new(
            text.span(),
            format!("a component is written without quotes: `Ui::{}`", text.value().trim_start_matches("Ui::")),
        ));
    }
    if input.peek2(Token![.]) {
        let name = input.call(Ident::parse_any)?;
        let mut rest = Vec::new();
        while input.parse::<Option<Token![.]>>()?.is_some() {
            rest.push(input.call(Ident::parse_any)?.to_string());
        }
        return Err(syn::Error::new(
            name.span(),
            format!("between a struct and its component stands `::`: `{name}::{}`", rest.join(".")),
        ));
    }
    let mut dashboard = input.call(Path::parse_mod_style)?;
    let name = match dashboard.segments.pop() {
        Some(last) if !dashboard.segments.is_empty() => last.ident,
        other => {
            return Err(syn::Error::new_spanned(
                other,
                "a component begins with the `#[components]` struct that has it: `Ui::details`",
            ));
        }
    };
    // The rest of the path ends in `::`.
    dashboard.segments.pop_punct();
    let mut inside = Vec::new();
    loop {
        if input.parse::<Option<Token![.]>>()?.is_some() {
            inside.push(Step::Field(input.call(Ident::parse_any)?));
        } else if input.peek(token::Bracket) {
            let content;
            syn::bracketed!(content in input);
            let number = content.parse().map_err(|error| {
                syn::Error::new(error.span(), "one element is meant here, by its number: `Ui::lamps[3]`")
            })?;
            inside.push(Step::Element(number));
        } else {
            return Ok(Component { dashboard, name, inside });
        }
    }
}

fn text(input: ParseStream<'_>, word: &Word) -> syn::Result<LitStr> {
    input.parse().map_err(|error| syn::Error::new(error.span(), format!("expected a text: `{}`", word.example)))
}

/// The function in a script has the name of the file.
fn function(file: &LitStr) -> syn::Result<String> {
    let path = file.value();
    let name = path.rsplit('/').next().and_then(|name| name.strip_suffix(".js")).unwrap_or_default();
    let is_word = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '$');
    if name.is_empty() || !is_word || name.starts_with(|c: char| c.is_ascii_digit()) {
        return Err(syn::Error::new(
            file.span(),
            "the file is called like the function in it: `fahrenheit.js` has `export function fahrenheit(celsius)`",
        ));
    }
    Ok(name.to_owned())
}

impl Binding {
    /// The properties that the binding names.
    pub(crate) fn ports(&self) -> impl Iterator<Item = &Port> {
        self.args.iter().flat_map(|arg| match arg {
            Arg::Port(port) => std::slice::from_ref(port),
            Arg::Inputs(ports) => ports,
            Arg::Condition(condition) => condition.limit().map_or(&[][..], std::slice::from_ref),
            Arg::Component(_) | Arg::Text(_) | Arg::Script { .. } => &[],
        })
    }

    /// The property that each browser computes, if it is one.
    pub(crate) fn target(&self) -> Option<&Port> {
        match (self.word.to_string().as_str(), self.args.as_slice()) {
            ("mirror", [_, Arg::Port(target)])
            | ("format", [_, Arg::Port(target), _])
            | ("script", [_, _, Arg::Port(target)]) => Some(target),
            _ => None,
        }
    }

    /// The `#[components]` structs that the binding's paths start with.
    pub(crate) fn dashboards(&self) -> impl Iterator<Item = Path> {
        let components = self.args.iter().filter_map(|arg| match arg {
            Arg::Component(component) => Some(component.dashboard.clone()),
            _ => None,
        });
        self.ports().map(Port::dashboard).chain(components)
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
    fn an_alarm_has_a_limit_in_the_source_or_in_a_property() {
        let mut faults = Faults::new();
        let text = "alarm(Ui::a.value, Ui::b, \"c\", above = -1.0 * LIMIT, hysteresis = 0.1, after = \"2s\", latched),
            alarm(Ui::a.value, Ui::b, \"d\", below = Ui::left.limit.value, severity = Severity::Low),
            alarm(Ui::a.on, Ui::b, \"e\", equals = true, detail = \"shut it\"), alarm(Ui::a.on, Ui::b, \"f\", missing)";
        let list = list(text.parse().expect(text), &mut faults);
        assert_eq!(faults.finish().to_string(), "");
        let ports: Vec<String> = list.iter().map(|binding| binding.ports().count().to_string()).collect();
        assert_eq!(ports, ["1", "2", "1", "1"]);
    }

    #[test]
    fn each_fault_has_its_message() {
        for (text, answer) in [
            ("Ui::a.value", "there is no binding `Ui`; expected one of `bind`, `mirror`,"),
            ("bnd(Ui::a.value, Ui::b.value)", "there is no binding `bnd`; did you mean `bind`?"),
            ("bind", "say what it is about: `bind("),
            ("bind(Ui::a.value)", "something is missing here: `bind("),
            ("bind(Ui::a.value, Ui::b.value, Ui::c.value)", "`bind` takes no more than this"),
            ("bind(\"a.value\", Ui::b.value)", "without quotes: `Ui::a.value`"),
            ("bind(Ui::a, Ui::b.value)", "`Ui::a` is a component"),
            ("42", "expected a binding, such as `bind("),
            ("format(Ui::a.value, Ui::b.text, Ui::c.text)", "expected a text: `format("),
            ("format(Ui::a.value, Ui::b.text)", "something is missing here: `format("),
            ("alarm(Ui::a.value, Ui::b)", "something is missing here: `alarm("),
            ("alarm(Ui::a.value, Ui::b, \"c\")", "say when there is an alarm: `above = 0.8`"),
            ("alarm(Ui::a.value, Ui::b, \"c\", after = \"2s\")", "say when there is an alarm"),
            ("alarm(Ui::a.value, Ui::b, \"c\", abve = 1.0)", "an alarm has no `abve`; did you mean `above`?"),
            ("alarm(Ui::a.value, Ui::b, \"c\", above)", "`above` needs a value: `above = 0.8`"),
            ("alarm(Ui::a.value, Ui::b, \"c\", above = 1.0, below = 0.0)", "one condition: write another entry"),
            ("alarm(Ui::a.value, Ui::b, \"c\", missing, hysteresis = 1.0)", "belongs to a limit"),
            ("alarm(Ui::a.value, Ui::b, \"c\", above = 1.0, after = 2)", "a time is written in quotes"),
            ("alarm(Ui::a.value, Ui::b, \"c\", above = 1.0, after = \"2\")", "`2` has no unit"),
            ("alarm(Ui::a.value, Ui::b, \"c\", above = 1.0, latched = true)", "`latched` stands alone"),
            ("alarm(Ui::a.value, Ui::b, \"c\", above = Ui::l[key].value)", "rows come and go"),
            ("show_when(Ui::a.on, Ui::b[..])", "by its number: `Ui::lamps[3]`"),
            ("show_when(Ui::a.on, Ui::b[key])", "by its number: `Ui::lamps[3]`"),
            ("show_when(Ui::a.on, b)", "begins with the `#[components]` struct"),
            ("script(\"a-b.js\", Ui::a.value, Ui::b.text)", "is called like the function in it"),
            ("script(\"a.ts\", Ui::a.value, Ui::b.text)", "is called like the function in it"),
            ("script(\"a.js\", (), Ui::b.text)", "no property in here"),
            ("script(\"a.js\", (Ui::a[key].value), Ui::b.text)", "rows come and go"),
            ("bind(Ui::a[..].value, Ui::b.value)", "rows come and go"),
            ("bind(Ui::a.value, Ui::b.row(7).value)", "rows come and go"),
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
