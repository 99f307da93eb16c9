//! The closed vocabulary of looks: what a view can compute from the properties.
//!
//! Each word is one line here and one line in `client/look.js`. Both must give the same result for the same values: the
//! random test `look/tests.rs` draws every word in both languages.
//!
//! All words are total. A value is missing if it is `None`, a number that is not finite, or an empty text. A word for
//! numbers gives a missing value if one of its numbers is missing, unless its line says otherwise.

use std::borrow::Cow;

use serde_json::{Map, Value as Json};

use crate::{
    format::{self, NO_VALUE},
    prop::words_of,
};

/// A value while a look is drawn.
#[doc(hidden)]
#[derive(Debug, Clone, PartialEq)]
pub enum Val<'a> {
    Missing,
    Truth(bool),
    /// Always finite.
    Number(f64),
    Text(Cow<'a, str>),
    List(&'a [Json]),
    /// A struct with its fields.
    Fields(&'a Map<String, Json>),
}

impl<'a> Val<'a> {
    pub(crate) fn of(number: f64) -> Self {
        if number.is_finite() { Self::Number(number) } else { Self::Missing }
    }

    pub(crate) fn of_json(json: &'a Json) -> Self {
        match json {
            Json::Null => Self::Missing,
            Json::Bool(truth) => Self::Truth(*truth),
            Json::Number(number) => number.as_f64().map_or(Self::Missing, Self::of),
            Json::String(text) => Self::Text(Cow::Borrowed(text)),
            Json::Array(items) => Self::List(items),
            Json::Object(fields) => Self::Fields(fields),
        }
    }

    fn is_known(&self) -> bool {
        match self {
            Self::Missing => false,
            Self::Text(text) => !text.is_empty(),
            Self::Truth(_) | Self::Number(_) | Self::List(_) | Self::Fields(_) => true,
        }
    }

    fn number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// The value as the text of an attribute or an element. `None`: there is no value.
    pub(crate) fn shown(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Missing | Self::List(_) | Self::Fields(_) => None,
            Self::Truth(truth) => Some(if *truth { "true" } else { "false" }.into()),
            Self::Number(number) => Some(format::decimal(*number).into()),
            Self::Text(text) => Some(Cow::Borrowed(text)),
        }
    }

    pub(crate) fn is_true(&self) -> bool {
        *self == Self::Truth(true)
    }

    /// The items of a list.
    pub(crate) fn items(&self) -> &'a [Json] {
        match self {
            Self::List(items) => items,
            _ => &[],
        }
    }
}

fn text(text: String) -> Val<'static> {
    Val::Text(Cow::Owned(text))
}

/// Decimals: at most 20. `None`: as many as six significant digits need.
fn digits(digits: &Val<'_>) -> Option<u8> {
    digits.number().map(|digits| digits.clamp(0.0, 20.0) as u8)
}

macro_rules! words {
    ($($(#[doc = $doc:literal])* $word:ident $name:literal $args:tt => $result:expr;)*) => {
        /// A word of the vocabulary.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub(crate) enum Word {
            $($(#[doc = $doc])* $word,)*
        }

        impl Word {
            /// All words.
            #[cfg(test)]
            pub(crate) const ALL: &'static [Self] = &[$(Self::$word),*];

            /// The name in the table for the script.
            pub(crate) fn name(self) -> &'static str {
                match self {
                    $(Self::$word => $name,)*
                }
            }

            /// The word's result for these values.
            pub(crate) fn apply<'a>(self, args: &[Val<'a>]) -> Val<'a> {
                match self {
                    $(Self::$word => words!(@apply args, $args, $result),)*
                }
            }
        }
    };
    // A word for numbers.
    (@apply $args:ident, [$($arg:ident),*], $result:expr) => {
        match $args {
            [$(Val::Number($arg)),*] => Val::of($result),
            _ => Val::Missing,
        }
    };
    // Any other word.
    (@apply $args:ident, ($($arg:pat),*), $result:expr) => {
        match $args {
            [$($arg),*] => $result,
            _ => Val::Missing,
        }
    };
    (@apply $args:ident, $all:ident, $result:expr) => {{
        let $all = $args;
        $result
    }};
}

words! {
    /// Sum.
    Add "add" [a, b] => a + b;
    /// Difference.
    Sub "sub" [a, b] => a - b;
    /// Product.
    Mul "mul" [a, b] => a * b;
    /// Quotient.
    Div "div" [a, b] => a / b;
    /// The smaller number.
    Min "min" [a, b] => a.min(*b);
    /// The larger number.
    Max "max" [a, b] => a.max(*b);
    /// The next whole number upwards.
    Ceil "ceil" [a] => a.ceil();
    /// The largest power of ten that is not above a number. Missing for a number that is not above zero.
    Decade "decade" [a] => format::decade(*a);
    /// The number of decimals of a number, at most 6.
    Decimals "decimals" [a] => f64::from(format::decimals(*a));
    /// A round distance between ticks: 1, 2 or 5 times a power of ten, so that a span has at most `count` parts.
    TickStep "step" [span, count] => format::tick_step(*span, *count);
    /// The position between two ends, from 0 to 1. 0 if a number is missing.
    Share "share" (value, min, max) => match (value, min, max) {
        (Val::Number(value), Val::Number(min), Val::Number(max)) => Val::of(format::share(*value, *min, *max)),
        _ => Val::Number(0.0),
    };
    /// The position on a logarithmic scale, from 0 to 1. 0 if a number is missing or not above zero.
    LogShare "log_share" (value, min, max) => match (value, min, max) {
        (Val::Number(value), Val::Number(min), Val::Number(max)) => Val::of(format::log_share(*value, *min, *max)),
        _ => Val::Number(0.0),
    };
    /// Whether a number is larger than another. False if one is missing.
    Above "above" (a, b) => Val::Truth(matches!((a, b), (Val::Number(a), Val::Number(b)) if a > b));
    /// Whether a number is at least another. False if one is missing.
    Reaches "reaches" (a, b) => Val::Truth(matches!((a, b), (Val::Number(a), Val::Number(b)) if a >= b));
    /// Whether two values are equal.
    Is "is" (a, b) => Val::Truth(a == b);
    /// The opposite. A missing value counts as false.
    Not "not" (a) => Val::Truth(!a.is_true());
    /// Whether there is a value.
    Known "known" (a) => Val::Truth(a.is_known());
    /// The first value, or the second one if the first is missing.
    Or "or" (a, b) => if a.is_known() { a.clone() } else { b.clone() };
    /// The first value if the condition is true, otherwise the second one.
    Choose "choose" (condition, yes, no) => if condition.is_true() { yes.clone() } else { no.clone() };
    /// Texts one after the other. A missing text is empty.
    Join "join" parts => text(parts.iter().filter_map(Val::shown).collect());
    /// The number of characters.
    Length "length" (a) => match a {
        Val::Text(text) => Val::Number(text.chars().count() as f64),
        _ => Val::Number(0.0),
    };
    /// A number as text, with its decimals. A missing number is a dash.
    Fixed "number" (value, places) => text(format::number(value.number(), digits(places)));
    /// The text behind a number with this unit.
    Suffix "suffix" (unit) => match unit {
        Val::Text(unit) => text(format::suffix(unit)),
        _ => text(String::new()),
    };
    /// A text as it is, a number as with `number`, and a dash for a missing value.
    Cell "cell" (value, places) => match value {
        Val::Text(text) => Val::Text(text.clone()),
        Val::Number(number) => text(format::number(Some(*number), digits(places))),
        _ => Val::Text(NO_VALUE.into()),
    };
    /// The words of an id.
    Words "words" (id) => match id {
        Val::Text(id) => text(words_of(id)),
        _ => text(String::new()),
    };
    /// The number of items in a list.
    Count "count" (list) => Val::Number(list.items().len() as f64);
    /// The first items of a list. All of them if the number is missing.
    First "first" (list, most) => {
        let items = list.items();
        let most = most.number().map_or(items.len(), |most| (most.max(0.0) as usize).min(items.len()));
        Val::List(&items[..most])
    };
    /// Whether a list has this value.
    Has "has" (list, value) => Val::Truth(list.items().iter().any(|item| Val::of_json(item) == *value));
    /// Whether a list has all of these values.
    HasAll "has_all" (list, values) => {
        let has = |value: &Json| list.items().iter().any(|item| Val::of_json(item) == Val::of_json(value));
        Val::Truth(values.items().iter().all(has))
    };
    /// An item of a list.
    At "at" (list, place) => match place.number() {
        Some(place) if place >= 0.0 && place.fract() == 0.0 => {
            list.items().get(place as usize).map_or(Val::Missing, Val::of_json)
        }
        _ => Val::Missing,
    };
    /// The first item of a list whose field has this value.
    Find "find" (list, name, value) => match name {
        Val::Text(name) => {
            let is_it = |item: &&Json| item.get(&**name).is_some_and(|field| Val::of_json(field) == *value);
            list.items().iter().find(is_it).map_or(Val::Missing, Val::of_json)
        }
        _ => Val::Missing,
    };
    /// A field of a struct.
    Field "field" (of, name) => match (of, name) {
        (Val::Fields(fields), Val::Text(name)) => fields.get(&**name).map_or(Val::Missing, Val::of_json),
        _ => Val::Missing,
    };
}
