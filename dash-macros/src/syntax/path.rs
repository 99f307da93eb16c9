//! The path to a component, a group or a list: `Ui::left.speed`, `Ui::lamps[key].on`.

use std::ops::Range;

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::{
    Expr, ExprLit, ExprRange, Ident, Lit, LitInt, Path, RangeLimits, Token,
    ext::IdentExt,
    parse::{Parse, ParseStream},
    token,
};

use crate::hygiene::{call_at, ends};

/// `Ui::brightness`, `Ui::left.speed`, `Ui::lamps[3]`, `Ui::lamps[key].on`: a component, a group or a list.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    /// `Ui::left`
    pub(super) field: Path,
    /// `.speed`, `[3]`, `[key]`: the steps into a group, an array or a list.
    pub(super) steps: Vec<Step>,
}

/// One step into a group, an array or a list.
#[derive(Debug, Clone)]
pub(super) enum Step {
    Field(Token![.], Ident),
    Index(token::Bracket, LitInt),
    /// `[0..8]`: several elements at once, with the written tokens for messages.
    Range(token::Bracket, Range<usize>, TokenStream),
    /// `[key]`, `[..]`
    Rows(token::Bracket, Rows),
    /// `.row(7)`: a row by the value of its key, in `changes!`.
    Row(Token![.], Ident, token::Paren, Box<Expr>),
}

/// The rows of a list that a path names.
#[derive(Debug, Clone)]
pub(crate) enum Rows {
    /// `[key]`: the row that the callback runs for.
    One(Ident),
    /// `[..]`: all existing rows.
    All(Token![..]),
}

/// The largest number of elements in a range. The expansion names the property of each element.
const LONGEST: usize = 256;

impl Place {
    /// The `#[components]` struct: `Ui`.
    pub(crate) fn dashboard(&self) -> Path {
        let mut path = self.field.clone();
        path.segments.pop();
        // The rest of the path ends in `::`.
        path.segments.pop_punct();
        path
    }

    /// `<Ui>::left.speed`, for the expansion.
    ///
    /// `<Ui>` is a type. So a missing struct is reported with the same words here and in bounds, and so once.
    pub(crate) fn expr(&self) -> TokenStream {
        let Self { field, steps } = self;
        let (dashboard, id) = (self.dashboard(), field.segments.last().map(|segment| &segment.ident));
        let (first, _) = ends(field);
        let qualified = quote_spanned!(first=> <#dashboard>::);
        steps.iter().enumerate().fold(quote!(#qualified #id), |expr, (at, step)| match step {
            // A list or an array in front of a name is reported at all that is before the name.
            Step::Field(..) => {
                let held = call_at(ends(self.up_to(at)), "step", expr);
                quote!(#held #step)
            }
            // All rows have the same constant. The run decides which row is read.
            Step::Rows(bracket, _) => call_at((first, bracket.span.close()), "row", self.up_to(at).list()),
            step => quote!(#expr #step),
        })
    }

    /// The place before the name of a property. A list or an array is reported at all of it.
    pub(crate) fn before_a_name(&self) -> TokenStream {
        match self.steps.is_empty() {
            true => call_at(ends(self), "step", self.expr()),
            false => self.expr(),
        }
    }

    /// `rows_of(&<Ui>::lamps)`: the argument for the library's functions on lists. A path that is not a list is
    /// reported here, always with the same words, and so once.
    pub(crate) fn list(&self) -> TokenStream {
        let (expr, (first, last)) = (self.expr(), ends(self));
        call_at((first, last), "rows_of", quote_spanned!(first=> &#expr))
    }

    /// The place without the steps from `at` on.
    pub(super) fn up_to(&self, at: usize) -> Self {
        Self { field: self.field.clone(), steps: self.steps[..at].to_vec() }
    }

    /// The text as written, to compare and to quote in messages.
    pub(crate) fn text(&self) -> String {
        let close = |tokens: &dyn ToTokens| tokens.to_token_stream().to_string().replace(' ', "");
        self.steps.iter().fold(close(&self.field), |text, step| match step {
            Step::Row(_, row, _, key) => format!("{text}.{row}({})", key.to_token_stream()),
            step => text + &close(step),
        })
    }

    /// The list, and which of its rows, if the place is in a list.
    pub(super) fn rows(&self) -> Option<(Self, &Rows)> {
        self.steps.iter().enumerate().find_map(|(at, step)| match step {
            Step::Rows(_, rows) => Some((self.up_to(at), rows)),
            _ => None,
        })
    }

    /// The right form of `Ui.left.speed`, which should be `Ui::left.speed`: a single name that begins with a capital, as
    /// types do, and a dot behind it.
    pub(super) fn with_colons(&self) -> Option<String> {
        let is_type = |name: &Ident| name.unraw().to_string().starts_with(char::is_uppercase);
        let name = self.field.get_ident().filter(|name| is_type(name) && *name != "Self")?;
        let steps: String = self.steps.iter().map(|step| step.to_token_stream().to_string().replace(' ', "")).collect();
        Some(format!("{name}::{}", steps.strip_prefix('.')?))
    }

    /// The right form of `Ui::left::speed`, which should be `Ui::left.speed`.
    pub(super) fn with_dots(&self) -> Option<String> {
        let names: Vec<String> = self.field.segments.iter().map(|segment| segment.ident.to_string()).collect();
        let is_type = |name: &String| name.trim_start_matches("r#").starts_with(char::is_uppercase);
        let at = names.iter().rposition(is_type).filter(|at| at + 2 < names.len())?;
        let (structure, inside) = (names[..=at + 1].join("::"), names[at + 2..].join("."));
        let root = if self.field.leading_colon.is_some() { "::" } else { "" };
        let steps: String = self.steps.iter().map(|step| step.to_token_stream().to_string().replace(' ', "")).collect();
        Some(format!("{root}{structure}.{inside}{steps}"))
    }

    /// A name that is the same for every path to the struct: `crate::Ui::lamps` gives `Ui::lamps`.
    pub(crate) fn name(&self) -> String {
        let mut place = self.clone();
        let in_struct = place.field.segments.len().saturating_sub(2);
        place.field.segments = place.field.segments.into_iter().skip(in_struct).collect();
        place.field.leading_colon = None;
        place.text()
    }

    /// Whether it is a single component or group of a struct, and in no row.
    pub(crate) fn is_fixed(&self) -> bool {
        let mut names = self.field.segments.iter().rev().map(|segment| segment.ident.unraw().to_string());
        let in_struct = names.nth(1).is_some_and(|name| name.starts_with(char::is_uppercase) && name != "Self");
        in_struct && self.steps.iter().all(|step| matches!(step, Step::Field(..) | Step::Index(..)))
    }

    /// Whether the place is in rows of any kind, or names them.
    pub(super) fn has_rows(&self) -> bool {
        self.steps.iter().any(|step| matches!(step, Step::Rows(..) | Step::Row(..)))
    }

    /// Each element that a range names. Without a range only this place.
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

    /// Whether a range names several elements.
    pub(crate) fn is_several(&self) -> bool {
        self.steps.iter().any(|step| matches!(step, Step::Range(..)))
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
            Self::Rows(bracket, rows) => bracket.surround(tokens, |tokens| rows.to_tokens(tokens)),
            Self::Row(dot, row, paren, key) => {
                tokens.extend(quote!(#dot #row));
                paren.surround(tokens, |tokens| key.to_tokens(tokens));
            }
        }
    }
}

impl ToTokens for Rows {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Self::One(word) => word.to_tokens(tokens),
            Self::All(dots) => dots.to_tokens(tokens),
        }
    }
}

impl Parse for Place {
    /// Parses the whole path. For a property, its name is the last step.
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let field = input.call(Path::parse_mod_style)?;
        let mut steps = Vec::new();
        loop {
            if input.peek(Token![.]) {
                let dot = input.parse()?;
                if !input.peek(Ident::peek_any) {
                    return Err(syn::Error::new_spanned(
                        quote!(#field #(#steps)* #dot),
                        "the name of a property is missing after the dot",
                    ));
                }
                let name = input.call(Ident::parse_any)?;
                let step = if input.peek(token::Paren) { row(dot, name, input)? } else { Step::Field(dot, name) };
                not_in_a_row(&steps, &step)?;
                steps.push(step);
            } else if input.peek(token::Bracket) {
                let content;
                let bracket = syn::bracketed!(content in input);
                let step = index(&content, bracket)?;
                if let (Step::Range(..), Some(_)) = (&step, steps.iter().find(|step| matches!(step, Step::Range(..)))) {
                    return Err(syn::Error::new(bracket.span.join(), "one range is enough: write the other one out"));
                }
                not_in_a_row(&steps, &step)?;
                steps.push(step);
            } else {
                return Ok(Self { field, steps });
            }
        }
    }
}

/// A literal number, also inside the invisible group that `macro_rules` puts around expressions.
pub(super) fn number(expr: &Expr) -> Option<usize> {
    match expr {
        Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) => number.base10_parse().ok(),
        Expr::Group(group) => number(&group.expr),
        _ => None,
    }
}

/// `.row(7)`
fn row(dot: Token![.], name: Ident, input: ParseStream<'_>) -> syn::Result<Step> {
    if name != "row" {
        let message =
            format!("a property is named here, and `{name}(..)` is a call: only `.row(..)` is part of a name");
        return Err(syn::Error::new(name.span(), message));
    }
    let content;
    let paren = syn::parenthesized!(content in input);
    if content.is_empty() {
        return Err(syn::Error::new(name.span(), "`row` needs the key of a row, as in `Ui::lamps.row(7).on.on`"));
    }
    let key = content.parse()?;
    if !content.is_empty() {
        return Err(content.error("a row has one key: write several values as a tuple"));
    }
    Ok(Step::Row(dot, name, paren, Box::new(key)))
}

/// Refuses nested lists.
fn not_in_a_row(steps: &[Step], step: &Step) -> syn::Result<()> {
    let is_row = |step: &Step| matches!(step, Step::Rows(..) | Step::Row(..));
    if is_row(step) && steps.iter().any(is_row) {
        return Err(syn::Error::new_spanned(
            step,
            "a row has no list in it: write one list whose keys say both, such as `Many<(u32, u32), Lamp>`",
        ));
    }
    Ok(())
}

/// One element or several elements of an array; one row or all rows of a list.
fn index(content: ParseStream<'_>, bracket: token::Bracket) -> syn::Result<Step> {
    let advice = "an element of an array is written with its number, `Ui::lamps[3].on`, and several as a range, \
                  `Ui::lamps[0..8].on`; the row of a list is written with `[key]`, and all of them with `[..]`";
    if content.is_empty() {
        return Err(syn::Error::new(bracket.span.join(), advice));
    }
    let written: TokenStream = content.parse()?;
    if let Ok(index) = syn::parse2(written.clone()) {
        return Ok(Step::Index(bracket, index));
    }
    if let Ok(word) = syn::parse2(written.clone()) {
        return Ok(Step::Rows(bracket, Rows::One(word)));
    }
    if let Ok(dots) = syn::parse2(written.clone()) {
        return Ok(Step::Rows(bracket, Rows::All(dots)));
    }
    if ["_", "*"].contains(&written.to_string().as_str()) {
        return Err(syn::Error::new_spanned(written, "all rows of a list are written `[..]`"));
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
