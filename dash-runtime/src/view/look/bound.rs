//! The properties of a component as its view sees them, and what a view can compute from them.

use std::{
    any::Any,
    fmt,
    marker::PhantomData,
    ops::{Add, Div, Mul, Sub},
};

use super::{
    record::{self, Read, Step, StepNo},
    words::{Val, Word},
};
use crate::{
    alarms::{AlarmState, Severity},
    gates::{ArmedState, ControlPart, StopState},
    value::Value,
};

/// A property of a component in its [`View`](super::View), or something that follows from properties.
///
/// It is not a value. A view runs once for each type of component, before there is a value. So a view cannot branch on
/// it with `if`: it writes `p.on.choose("on", "off")`.
///
/// Every method is total. A value is missing if it is `None`, a number that is not finite, or an empty text. What is
/// computed from a missing number is missing too, unless the method says otherwise.
pub struct Bound<T> {
    at: At,
    of: PhantomData<fn() -> T>,
}

#[derive(Clone, Copy)]
enum At {
    Prop(u16),
    Step(StepNo),
}

impl<T> Clone for Bound<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Bound<T> {}

impl<T> fmt::Debug for Bound<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.at {
            At::Prop(index) => write!(f, "property {index}"),
            At::Step(step) => write!(f, "step {step}"),
        }
    }
}

/// Nothing has it. It gives a message to a view that compares or formats a property, which has no value yet.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a view runs before there are values, so it cannot compare or format a property",
    label = "this has no value yet",
    note = "instead of `if p.level > 3.0 {{ a }} else {{ b }}` write `p.level.is_above(3).choose(a, b)`, and for elements `look.when(p.level.is_above(3), |look| ..)`",
    note = "instead of `format!(\"{{}} l\", p.level)` write `p.level.short().then(\" l\")`"
)]
pub trait ValueInView {}

impl<T: ValueInView> fmt::Display for Bound<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

// The bound is on the other side: with one on `T`, rustc says nothing but that there is no such operator.
impl<T, R: ValueInView> PartialEq<R> for Bound<T> {
    fn eq(&self, _: &R) -> bool {
        false
    }
}

impl<T, R: ValueInView> PartialOrd<R> for Bound<T> {
    fn partial_cmp(&self, _: &R) -> Option<std::cmp::Ordering> {
        None
    }
}

/// A type whose values a look can show.
#[diagnostic::on_unimplemented(
    message = "a look cannot show a `{Self}`",
    label = "this is not a number, a text or a truth value",
    note = "a look can show numbers, texts, `bool`, an `Option` of these, and enumerations with `#[value]` whose variants have no fields",
    note = "the items of a list are drawn with `look.each(list, |item, look| ..)`"
)]
pub trait Shown: Any {
    /// What it is for the view: `f64`, `String` or `bool`.
    type Of: Kind;

    /// How the server reads it. `None`: from its JSON, as the browser does.
    #[doc(hidden)]
    const READ: Option<for<'a> fn(&'a Value) -> Val<'a>> = None;
}

/// `f64`, `String` or `bool`.
pub trait Kind: sealed::Sealed + 'static {}

mod sealed {
    pub trait Sealed {}
    impl Sealed for f64 {}
    impl Sealed for String {}
    impl Sealed for bool {}
}

impl Kind for f64 {}
impl Kind for String {}
impl Kind for bool {}

/// A number, or an `Option` of one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a number",
    label = "a number is needed here",
    note = "the length of a text is `.length()`, and the number of items in a list is `.count()`"
)]
pub trait Number: Shown<Of = f64> {}

/// A text, or an enumeration with `#[value]` whose variants have no fields.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a text",
    label = "a text is needed here",
    note = "`.number(digits)` and `.short()` make a text of a number, and `.choose(\"yes\", \"no\")` one of a truth value"
)]
pub trait Text: Shown<Of = String> {}

/// A truth value.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a truth value",
    label = "a truth value is needed here",
    note = "ask with `.is_above(limit)`, `.reaches(limit)`, `.is(value)` or `.is_known()`"
)]
pub trait Truth: Shown<Of = bool> {}

macro_rules! numbers {
    ($($number:ty)*) => {$(
        impl Shown for $number {
            type Of = f64;
            const READ: Option<Read> = Some(|value| {
                value.get::<Self>().map_or(Val::Missing, |number| Val::of(f64::from(*number)))
            });
        }
        impl Number for $number {}
        impl Shown for Option<$number> {
            type Of = f64;
            const READ: Option<Read> = Some(|value| match value.get::<Self>() {
                Some(Some(number)) => Val::of(f64::from(*number)),
                _ => Val::Missing,
            });
        }
        impl Number for Option<$number> {}
    )*};
}

numbers!(f64 f32 i8 u8 i16 u16 i32 u32);

impl Shown for String {
    type Of = Self;
    const READ: Option<Read> =
        Some(|value| value.get::<Self>().map_or(Val::Missing, |text| Val::Text(text.as_str().into())));
}
impl Text for String {}

impl Shown for Option<String> {
    type Of = String;
    const READ: Option<Read> = Some(|value| match value.get::<Self>() {
        Some(Some(text)) => Val::Text(text.as_str().into()),
        _ => Val::Missing,
    });
}
impl Text for Option<String> {}

/// A type that is a text in JSON. `#[value]` implements it for enumerations whose variants have
/// no fields. So an `Option` of it can be shown, too.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a text",
    label = "a text is needed here",
    note = "`.number(digits)` and `.short()` make a text of a number, and `.choose(\"yes\", \"no\")` one of a truth value"
)]
pub trait TextValue: Text {}

/// An enumeration whose variants have no fields, so that they can be the options of a choice. `#[value]` implements it.
#[diagnostic::on_unimplemented(
    message = "the variants of `{Self}` cannot be options",
    label = "not an enumeration without fields",
    note = "write `#[value]` above an `enum` whose variants have no fields"
)]
pub trait Variants: Sized + 'static {
    /// All variants in the order of the source, with their names in Rust.
    const VARIANTS: &'static [(Self, &'static str)];
}

impl<T: TextValue> Shown for Option<T> {
    type Of = String;
}
impl<T: TextValue> Text for Option<T> {}

impl Shown for bool {
    type Of = Self;
    const READ: Option<Read> = Some(|value| value.get::<Self>().map_or(Val::Missing, |truth| Val::Truth(*truth)));
}
impl Truth for bool {}

impl Shown for Option<bool> {
    type Of = bool;
    const READ: Option<Read> = Some(|value| match value.get::<Self>() {
        Some(Some(truth)) => Val::Truth(*truth),
        _ => Val::Missing,
    });
}

/// Enumerations without fields, as `#[value]` implements it for those of users.
macro_rules! shown_as_word {
    ($($word:ty),*) => {$(
        impl Shown for $word {
            type Of = String;
        }
        impl Text for $word {}
        impl TextValue for $word {}
    )*};
}
shown_as_word!(AlarmState, ArmedState, ControlPart, Severity, StopState);

/// Something that a look can show: a [`Bound`] property, or a constant.
#[diagnostic::on_unimplemented(
    message = "a look cannot show a `{Self}`",
    label = "neither a property of the component nor a constant",
    note = "a look can show what follows from the properties, numbers, texts and `bool`"
)]
pub trait Term {
    /// What it is for the view: `f64`, `String` or `bool`.
    type Of: Kind;

    #[doc(hidden)]
    fn step(self) -> StepNo;
}

impl<T: Shown> Term for Bound<T> {
    type Of = T::Of;

    fn step(self) -> StepNo {
        match self.at {
            At::Prop(index) => record::prop(index, T::READ),
            At::Step(step) => step,
        }
    }
}

macro_rules! constants {
    ($($ty:ty => $of:ty, $value:ident => $step:expr, $trait:ident;)*) => {$(
        impl Term for $ty {
            type Of = $of;

            fn step(self) -> StepNo {
                let $value = self;
                record::step($step)
            }
        }
        impl $trait for $ty {}
    )*};
}

/// A number in a view: a [`Bound`] number or a constant.
#[diagnostic::on_unimplemented(message = "`{Self}` is not a number", label = "a number is needed here")]
pub trait NumberTerm: Term<Of = f64> {}
impl<T: Number> NumberTerm for Bound<T> {}

/// A text in a view: a [`Bound`] text or a constant.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a text",
    label = "a text is needed here",
    note = "`.number(digits)` and `.short()` make a text of a number",
    note = "in `look.each(p.lines, |line, look| ..)`, `line.value` is the item and `line.place` its place in the list"
)]
pub trait TextTerm: Term<Of = String> {}
impl<T: Text> TextTerm for Bound<T> {}

/// A truth value in a view.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a truth value",
    label = "a truth value is needed here",
    note = "ask with `.is_above(limit)`, `.reaches(limit)`, `.is(value)` or `.is_known()`"
)]
pub trait TruthTerm: Term<Of = bool> {}
impl<T: Truth> TruthTerm for Bound<T> {}

constants! {
    f64 => f64, number => Step::number(number), NumberTerm;
    i32 => f64, number => Step::number(number.into()), NumberTerm;
    &str => String, text => Step::Text(text.to_owned()), TextTerm;
    String => String, text => Step::Text(text), TextTerm;
    bool => bool, truth => Step::Truth(truth), TruthTerm;
}

/// The words of the component's id, such as "motor left" for `motor_left`. A screen reader reads them for a component
/// without a label.
pub fn words_of_id() -> Bound<String> {
    Bound::of(record::word(Word::Words, &[record::step(Step::Id)]))
}

/// The id of an element inside of the component: the component's own id and `suffix`. A label refers to the field with
/// this id. See [`LookTag::own_id`](super::LookTag::own_id).
pub fn own_id(suffix: &'static str) -> Bound<String> {
    Bound::<String>::of(record::step(Step::Id)).then(suffix)
}

/// A value that is written as a list in JSON, for [`Bound::listed`].
pub trait Listed {
    /// An item of the list.
    type Item;
}

/// A constant as a [`Bound`], for a chain that begins with one: `constant("0 ").then(p.name)`.
pub fn constant<T: Term>(value: T) -> Bound<T::Of> {
    Bound::of(value.step())
}

impl<T> Bound<T> {
    /// For expansions: the `index`-th property.
    #[doc(hidden)]
    pub const fn prop(index: u16) -> Self {
        Self { at: At::Prop(index), of: PhantomData }
    }

    pub(crate) fn of(step: StepNo) -> Self {
        Self { at: At::Step(step), of: PhantomData }
    }

    /// Its step, read as JSON if it is a property.
    fn parts(self) -> StepNo {
        match self.at {
            At::Prop(index) => record::prop(index, None),
            At::Step(step) => step,
        }
    }

    fn then_word<R>(self, word: Word, more: &[StepNo]) -> Bound<R>
    where
        T: Shown,
    {
        let args: Vec<_> = [self.step()].into_iter().chain(more.iter().copied()).collect();
        Bound::of(record::word(word, &args))
    }
}

/// For every value that a look can show.
impl<T: Shown> Bound<T> {
    /// Whether there is a value. An empty text is none.
    pub fn is_known(self) -> Bound<bool> {
        self.then_word(Word::Known, &[])
    }

    /// Whether there is no value.
    pub fn is_missing(self) -> Bound<bool> {
        self.is_known().not()
    }

    /// This value, or `other` if it is missing.
    pub fn or(self, other: impl Term<Of = T::Of>) -> Bound<T::Of> {
        let other = other.step();
        self.then_word(Word::Or, &[other])
    }

    /// Whether it is equal to `other`. Compare an enumeration with the name of the variant as serde writes it.
    pub fn is(self, other: impl Term<Of = T::Of>) -> Bound<bool> {
        let other = other.step();
        self.then_word(Word::Is, &[other])
    }
}

/// For numbers.
impl<T> Bound<T> {
    /// The number as text with this many decimals, at most 20. A missing number is a dash. If `digits` is missing, as
    /// many decimals as six significant digits need.
    pub fn number(self, digits: impl NumberTerm) -> Bound<String>
    where
        T: Number,
    {
        let digits = digits.step();
        self.then_word(Word::Fixed, &[digits])
    }

    /// The number as text with as many decimals as six significant digits need. A missing number is a dash.
    pub fn short(self) -> Bound<String>
    where
        T: Number,
    {
        self.then_word(Word::Fixed, &[record::step(Step::Missing)])
    }

    /// The number as text with all its digits, as JavaScript writes it. A missing number is an empty text.
    pub fn plain(self) -> Bound<String>
    where
        T: Number,
    {
        self.then_word(Word::Join, &[])
    }

    /// Whether it is larger than `limit`. False if one of them is missing.
    pub fn is_above(self, limit: impl NumberTerm) -> Bound<bool>
    where
        T: Number,
    {
        let limit = limit.step();
        self.then_word(Word::Above, &[limit])
    }

    /// Whether it is `limit` or larger. False if one of them is missing.
    pub fn reaches(self, limit: impl NumberTerm) -> Bound<bool>
    where
        T: Number,
    {
        let limit = limit.step();
        self.then_word(Word::Reaches, &[limit])
    }

    /// This number, but not smaller than `limit`.
    pub fn at_least(self, limit: impl NumberTerm) -> Bound<f64>
    where
        T: Number,
    {
        let limit = limit.step();
        self.then_word(Word::Max, &[limit])
    }

    /// This number, but not larger than `limit`.
    pub fn at_most(self, limit: impl NumberTerm) -> Bound<f64>
    where
        T: Number,
    {
        let limit = limit.step();
        self.then_word(Word::Min, &[limit])
    }

    /// The next whole number upwards.
    pub fn ceil(self) -> Bound<f64>
    where
        T: Number,
    {
        self.then_word(Word::Ceil, &[])
    }

    /// The largest power of ten that is not above it: 1 for 2.5. Missing if it is not above zero.
    pub fn decade(self) -> Bound<f64>
    where
        T: Number,
    {
        self.then_word(Word::Decade, &[])
    }

    /// The number of its decimals, at most 6: 2 for 0.25.
    pub fn decimals(self) -> Bound<f64>
    where
        T: Number,
    {
        self.then_word(Word::Decimals, &[])
    }

    /// Its position between `min` and `max`, from 0 to 1. 0 if one of the numbers is missing or there is no position.
    pub fn share(self, min: impl NumberTerm, max: impl NumberTerm) -> Bound<f64>
    where
        T: Number,
    {
        let (min, max) = (min.step(), max.step());
        self.then_word(Word::Share, &[min, max])
    }

    /// Its position on a logarithmic scale between `min` and `max`, from 0 to 1, with nine decimals. 0 if one of the
    /// numbers is missing or not above zero.
    pub fn log_share(self, min: impl NumberTerm, max: impl NumberTerm) -> Bound<f64>
    where
        T: Number,
    {
        let (min, max) = (min.step(), max.step());
        self.then_word(Word::LogShare, &[min, max])
    }

    /// A position from 0 to 1 as an SVG length with two decimals: `40.00%`.
    pub fn percent(self) -> Bound<String>
    where
        T: Number,
    {
        (self * 100).number(2).then("%")
    }

    /// A round distance between ticks (1, 2 or 5 times a power of ten), with which a scale of this length has at most
    /// `count` parts. 1 if the length is not above zero.
    pub fn tick_step(self, count: impl NumberTerm) -> Bound<f64>
    where
        T: Number,
    {
        let count = count.step();
        self.then_word(Word::TickStep, &[count])
    }
}

/// For texts.
impl<T> Bound<T> {
    /// This text, and then `next`. A missing text is empty.
    pub fn then(self, next: impl TextTerm) -> Bound<String>
    where
        T: Text,
    {
        // One step for a chain of texts: `a.then(b).then(c)` is `join(a, b, c)`.
        let (mut parts, next) = (record::parts_of(Word::Join, self.step()), next.step());
        parts.extend(record::parts_of(Word::Join, next));
        Bound::of(record::word(Word::Join, &parts))
    }

    /// The number of characters.
    pub fn length(self) -> Bound<f64>
    where
        T: Text,
    {
        self.then_word(Word::Length, &[])
    }

    /// The text behind a number with this unit: a non-breaking space and the unit. `°` has no space. Empty if there is
    /// no unit.
    pub fn suffix(self) -> Bound<String>
    where
        T: Text,
    {
        self.then_word(Word::Suffix, &[])
    }
}

/// For truth values.
impl<T> Bound<T> {
    /// `yes` if it is true, otherwise `no`.
    pub fn choose<A: Term>(self, yes: A, no: impl Term<Of = A::Of>) -> Bound<A::Of>
    where
        T: Truth,
    {
        let (yes, no) = (yes.step(), no.step());
        self.then_word(Word::Choose, &[yes, no])
    }

    /// `yes` if it is true, otherwise a missing value: an attribute is then not there.
    pub fn gives<A: Term>(self, yes: A) -> Bound<A::Of>
    where
        T: Truth,
    {
        let yes = yes.step();
        self.then_word(Word::Choose, &[yes, record::step(Step::Missing)])
    }

    /// Whether this and the other one are true.
    pub fn and(self, other: impl TruthTerm) -> Bound<bool>
    where
        T: Truth,
    {
        self.choose(other, false)
    }

    /// The opposite. A missing value counts as false.
    #[allow(clippy::should_implement_trait, reason = "`!p.on` would be overlooked in a chain")]
    pub fn not(self) -> Bound<bool>
    where
        T: Truth,
    {
        self.then_word(Word::Not, &[])
    }
}

/// For lists.
impl<R> Bound<Vec<R>> {
    /// The number of items.
    pub fn count(self) -> Bound<f64> {
        Bound::of(record::word(Word::Count, &[self.parts()]))
    }

    /// Whether it has this item.
    pub fn has(self, item: impl Term<Of = R::Of>) -> Bound<bool>
    where
        R: Shown,
    {
        Bound::of(record::word(Word::Has, &[self.parts(), item.step()]))
    }

    /// Whether it has all of these items. True if there are none.
    pub fn has_all(self, items: Self) -> Bound<bool>
    where
        R: Shown,
    {
        Bound::of(record::word(Word::HasAll, &[self.parts(), items.parts()]))
    }

    /// The item at this place, from 0. Missing if there is none.
    pub fn at(self, place: impl NumberTerm) -> Bound<R> {
        Bound::of(record::word(Word::At, &[self.parts(), place.step()]))
    }

    /// The first item whose field has this value. Missing if there is none. `name` and `read` are as in
    /// [`field`](Bound::field): `options.find("value", |choice: &Choice| &choice.value, p.value)`.
    pub fn find<F: Shown>(self, name: &'static str, read: fn(&R) -> &F, value: impl Term<Of = F::Of>) -> Bound<R> {
        let _ = read;
        let name = record::step(Step::Text(name.to_owned()));
        Bound::of(record::word(Word::Find, &[self.parts(), name, value.step()]))
    }

    /// The first items, at most `most` of them. All items if `most` is missing.
    pub fn first(self, most: impl NumberTerm) -> Self {
        Self::of(record::word(Word::First, &[self.parts(), most.step()]))
    }

    pub(crate) fn list(self) -> StepNo {
        self.parts()
    }
}

impl<T: Listed> Bound<T> {
    /// The value as a list.
    pub fn listed(self) -> Bound<Vec<T::Item>> {
        match self.at {
            At::Prop(index) => Bound::prop(index),
            At::Step(step) => Bound::of(step),
        }
    }
}

/// For items of lists.
impl<T> Bound<T> {
    /// A field of a struct with `#[value]`. `name` is the name as serde writes it, and `read` gives its type:
    /// `column.field("unit", |column: &Column| &column.unit)`.
    pub fn field<F>(self, name: &'static str, read: fn(&T) -> &F) -> Bound<F> {
        let _ = read;
        let name = record::step(Step::Text(name.to_owned()));
        Bound::of(record::word(Word::Field, &[self.parts(), name]))
    }

    /// A number or a text as text: a text as it is, a number as with [`number`](Self::number), and a dash for a missing
    /// value. For items that can be either, such as the cells of a table.
    pub fn cell(self, digits: impl NumberTerm) -> Bound<String> {
        Bound::of(record::word(Word::Cell, &[self.parts(), digits.step()]))
    }
}

macro_rules! operators {
    ($($trait:ident $method:ident $word:ident;)*) => {$(
        impl<T: Number, R: NumberTerm> $trait<R> for Bound<T> {
            type Output = Bound<f64>;

            fn $method(self, other: R) -> Bound<f64> {
                let other = other.step();
                self.then_word(Word::$word, &[other])
            }
        }

        /// The number may come first: `140.0 * p.level`.
        impl<T: Number> $trait<Bound<T>> for f64
        where
            Bound<T>: NumberTerm,
        {
            type Output = Bound<f64>;

            fn $method(self, other: Bound<T>) -> Bound<f64> {
                $trait::$method(constant(self), other)
            }
        }

        impl<T: Number> $trait<Bound<T>> for i32
        where
            Bound<T>: NumberTerm,
        {
            type Output = Bound<f64>;

            fn $method(self, other: Bound<T>) -> Bound<f64> {
                $trait::$method(f64::from(self), other)
            }
        }
    )*};
}

operators! {
    Add add Add;
    Sub sub Sub;
    Mul mul Mul;
    Div div Div;
}
