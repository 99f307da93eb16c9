//! The return types of callbacks.
//!
//! | outputs | returned |
//! | --- | --- |
//! | none | `()` |
//! | one state property of `T` | `T`, or a type that converts to `T` without loss ([`IntoProp`]) |
//! | one state property of `Element` | an `Element`, a component, a text, or a tuple or list of them |
//! | one state property of `Option<f64>` | `f64`, or `Option<f64>`, where `None` is "no value"; also with an `f32` or an integer of up to 32 bits |
//! | one state property of [`Path`] | a page: a type with `#[derive(Route)]` |
//! | one state property of `T`, to change a part of it | [`Edit<T>`](Edit) |
//! | one state property of `Option<Attachment>` | [`Attachment`], or `Option<Attachment>` |
//! | one state property of `Option<Picture>` | [`Picture`], [`Jpeg`], [`Matrix`], or `Option<Picture>`, where `None` is "no picture" |
//! | one stream of `T` | `T` (one item), `Vec<T>` (several) |
//! | several | a tuple, one entry per output |
//!
//! Each of these may be in an `Option`, where `None` means "no change". For a property that is itself an `Option`, only
//! the outer one of two has this meaning. The whole return value may be in a `Result` if the callback can fail. After
//! an error nothing is written, and the client that made the request gets the error.
//!
//! A callback with alternates returns a `Result` of two such values. `Ok` is written to the outputs, `Err` to the
//! alternates.

use std::{borrow::Cow, fmt::Display};

use crate::callback::call::{Call, Write};
use crate::{
    component::Component,
    edit::Edit,
    element::{Element, IntoElement},
    file::Attachment,
    matrix::Matrix,
    picture::{Jpeg, Picture},
    prop::{InRow, Prop, PropKey, PropValue, kind},
    route::{Path, Route},
    rows::{RowKey, Rows, hash},
    run::ports::EachRow,
    value::Value,
};

/// A value that a property of `T` accepts.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not fit a property that holds `{T}`",
    label = "a `{T}` is meant here",
    note = "a number becomes a text with `format!`, a text becomes a number with `.parse()?`, a `u64`, `i64` or `usize` becomes an `f64` with `as f64`"
)]
pub trait IntoProp<T> {
    #[doc(hidden)]
    fn into_prop(self) -> T;
}

impl<T> IntoProp<T> for T {
    fn into_prop(self) -> T {
        self
    }
}

/// Conversions without loss.
macro_rules! into_prop {
    ($($from:ty => $to:ty),* $(,)?) => {$(
        #[diagnostic::do_not_recommend]
        impl IntoProp<$to> for $from {
            fn into_prop(self) -> $to {
                self.into()
            }
        }
    )*};
}

into_prop! {
    &str => String, Cow<'_, str> => String, char => String,
    f32 => f64, u8 => f64, i8 => f64, u16 => f64, i16 => f64, u32 => f64, i32 => f64,
}

// Everything that can be placed on a page converts to an `Element`. This is not implemented for all `Children`, because
// an `Option` means "no change".

#[diagnostic::do_not_recommend]
impl<C: Component> IntoProp<Element> for C {
    fn into_prop(self) -> Element {
        self.into_element()
    }
}

into_prop! {
    &'static str => Element, String => Element,
}

#[diagnostic::do_not_recommend]
impl<E: IntoElement> IntoProp<Element> for Vec<E> {
    fn into_prop(self) -> Element {
        Element::of(self)
    }
}

/// For expansions: what a callback writes, or the reason why it writes nothing.
#[derive(Debug)]
pub struct Outcome(Result<Writes, String>);

/// For expansions: the meaning of `returned` for the outputs `props`.
///
/// It is made before the run ends and owns its values, so a callback may return a reference into what it borrows.
pub fn outcome<P, M, R: Returns<P, M>>(props: P, returned: R) -> Outcome {
    Outcome(returned.writes(props))
}

/// Like [`outcome`], for a single output.
pub fn outcome_one<T, K, M, R: ReturnsOne<T, K, M>>(prop: Prop<T, K>, returned: R) -> Outcome {
    Outcome(returned.writes_one(prop))
}

/// Like [`outcome`], for a single output in all rows of a list.
pub fn outcome_rows<K: RowKey, T, S, M, R: ReturnsRows<K, T, S, M>>(
    each: EachRow<K, Prop<T, S>>,
    returned: R,
) -> Outcome {
    Outcome(returned.writes_rows(each))
}

/// Like [`outcome`], for a single output that is several elements of an array.
pub fn outcome_each<T, K, M, const N: usize, R: ReturnsEach<T, K, M, N>>(
    props: [Prop<T, K>; N],
    returned: R,
) -> Outcome {
    Outcome(returned.writes_each(props))
}

/// For expansions that take a returned tuple apart: the writes of its elements.
impl Outcome {
    /// Nothing is written.
    pub fn unchanged() -> Self {
        Self(Ok(Writes::default()))
    }

    /// Both.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        match (&mut self.0, other.0) {
            (Ok(writes), Ok(more)) => writes.0.extend(more.0),
            (Ok(_), Err(why)) => self.0 = Err(why),
            (Err(_), _) => {}
        }
        self
    }
}

/// For expansions: the outcome of a callback that returned this error.
pub fn failed<E: Failed>(error: E) -> Outcome {
    Outcome(Err(error.text()))
}

/// The type of an error that a callback may return.
#[diagnostic::on_unimplemented(
    message = "the error of a callback is shown to the client that asked, and `{Self}` is no text",
    label = "does not implement `Display`",
    note = "implement `std::fmt::Display` for it, or return another error, such as `String`"
)]
pub trait Failed {
    #[doc(hidden)]
    fn text(self) -> String;
}

#[diagnostic::do_not_recommend]
impl<E: Display> Failed for E {
    fn text(self) -> String {
        self.to_string()
    }
}

/// Like [`outcome`], for a callback without outputs.
pub fn outcome_of_nothing<R: Nothing>(returned: R) -> Outcome {
    Outcome(returned.nothing().map(|()| Writes::default()))
}

/// Like [`outcome`], for the `Err` of a callback with alternates `Q`.
pub fn outcome_alternate<Q, N, A: Alternate<Q, N>>(alternates: Q, returned: A) -> Outcome {
    Outcome(returned.alternates(alternates))
}

/// Like [`outcome`], for a callback with alternates `Q`, to which an `Err` is written.
pub fn outcome_either<P, Q, M, N, R: Either>(props: P, alternates: Q, returned: R) -> Outcome
where
    R::Normal: Returns<P, M>,
    R::Alternate: Alternate<Q, N>,
{
    Outcome(match returned.either() {
        Ok(normal) => normal.writes(props),
        Err(alternate) => alternate.alternates(alternates),
    })
}

/// Like [`outcome_either`], for a callback with alternates and without outputs.
pub fn outcome_or<Q, N, R: Either>(alternates: Q, returned: R) -> Outcome
where
    R::Normal: Nothing,
    R::Alternate: Alternate<Q, N>,
{
    Outcome(match returned.either() {
        Ok(normal) => normal.nothing().map(|()| Writes::default()),
        Err(alternate) => alternate.alternates(alternates),
    })
}

/// For expansions: stores the outcome of a run in the `Call`.
pub fn finish(call: &mut Call, outcome: Outcome) {
    match outcome.0 {
        Ok(writes) => call.writes = writes.0,
        Err(error) => call.failure = Some(error),
    }
}

/// A type that a callback with outputs `P` may return. The compiler infers `M`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not fit the outputs, which are `{P}`",
    label = "return a tuple with one value for each output, in their order",
    note = "each value is what its property holds, or `Option` of it, where `None` means \"no change\"",
    note = "if the callback can fail, return a `Result` around the tuple, whose error implements `Display`"
)]
pub trait Returns<P, M> {
    #[doc(hidden)]
    fn writes(self, props: P) -> Result<Writes, String>;
}

/// A type that a callback may return for a single output of `T`. The compiler infers `M`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not fit this output, which holds `{T}`",
    label = "return `{T}`",
    note = "a number becomes a text with `format!`, a text becomes a number with `.parse()?`, a `u64`, `i64` or `usize` becomes an `f64` with `as f64`, the bytes of a picture are a `Jpeg(bytes)` or a `Picture::new(format, bytes)`, and the page of a `Router` is an enum with `#[derive(Route)]`",
    note = "in an `Option`, `None` means \"no change\"; a callback that can fail returns a `Result`, whose error implements `Display`"
)]
pub trait ReturnsOne<T, K, M> {
    #[doc(hidden)]
    fn writes_one(self, prop: Prop<T, K>) -> Result<Writes, String>;
}

#[diagnostic::do_not_recommend]
impl<T, K, M, R: Returns<Prop<T, K>, M>> ReturnsOne<T, K, M> for R {
    fn writes_one(self, prop: Prop<T, K>) -> Result<Writes, String> {
        self.writes(prop)
    }
}

/// A type that a callback may return for an output of `T` in all rows of a list with keys `K`. The compiler infers `M`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not fit this output, which is the `{T}` of all rows",
    label = "return `Rows<{K}, {T}>`",
    note = "`Rows` has a value for each row that changes, by its key: `Rows::from_iter([(key, value)])`; for the one row that the callback runs for write `[key]` instead of `[..]`"
)]
pub trait ReturnsRows<K, T, S, M> {
    #[doc(hidden)]
    fn writes_rows(self, each: EachRow<K, Prop<T, S>>) -> Result<Writes, String>;
}

#[diagnostic::do_not_recommend]
impl<K, T, S, M, R: Returns<EachRow<K, Prop<T, S>>, M>> ReturnsRows<K, T, S, M> for R {
    fn writes_rows(self, each: EachRow<K, Prop<T, S>>) -> Result<Writes, String> {
        self.writes(each)
    }
}

/// A type that a callback may return for an output of `T` in `N` elements of an array. The compiler infers `M`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not fit this output, which is {N} elements that hold `{T}`",
    label = "return `[{T}; {N}]`",
    note = "an array has one value for each element that the range names; an `Option` in it may be `None` for \"no change\""
)]
pub trait ReturnsEach<T, K, M, const N: usize> {
    #[doc(hidden)]
    fn writes_each(self, props: [Prop<T, K>; N]) -> Result<Writes, String>;
}

#[diagnostic::do_not_recommend]
impl<T, K, M, R: Returns<[Prop<T, K>; N], M>, const N: usize> ReturnsEach<T, K, M, N> for R {
    fn writes_each(self, props: [Prop<T, K>; N]) -> Result<Writes, String> {
        self.writes(props)
    }
}

/// A type that a callback without outputs may return.
#[diagnostic::on_unimplemented(
    message = "this callback returns `{Self}`, but has no output that it could be written to",
    label = "there is no output for this",
    note = "write `output = Ui::component.property` in the attribute, or return nothing; a callback that can fail returns `Result<(), Error>`, and its error implements `Display`"
)]
pub trait Nothing {
    #[doc(hidden)]
    fn nothing(self) -> Result<(), String>;
}

impl Nothing for () {
    fn nothing(self) -> Result<(), String> {
        Ok(())
    }
}

#[diagnostic::do_not_recommend]
impl<E: Display> Nothing for Result<(), E> {
    fn nothing(self) -> Result<(), String> {
        self.map_err(|error| error.to_string())
    }
}

/// A type that a callback with `alternate` may return.
#[diagnostic::on_unimplemented(
    message = "a callback with `alternate` returns a `Result`, not `{Self}`",
    label = "a `Result` is needed here",
    note = "return `Result<Normal, Alternate>`: `Ok` is written to `output`, `Err` to `alternate`",
    note = "a callback that can fail as well returns `Result<Result<Normal, Error>, Alternate>`"
)]
pub trait Either {
    #[doc(hidden)]
    type Normal;
    #[doc(hidden)]
    type Alternate;

    #[doc(hidden)]
    fn either(self) -> Result<Self::Normal, Self::Alternate>;
}

impl<V, A> Either for Result<V, A> {
    type Normal = V;
    type Alternate = A;

    fn either(self) -> Self {
        self
    }
}

/// The type of an `Err` that is written to the alternates `Q`. The compiler infers `N`.
#[diagnostic::on_unimplemented(
    message = "an `Err` with a `{Self}` does not fit the alternate, which is `{Q}`",
    label = "its `Err` does not fit the alternate, which is `{Q}`",
    note = "with `alternate` an `Err` is not a failure, but what is written there instead of the output: it holds what the property holds, or a tuple with one value for each of several"
)]
pub trait Alternate<Q, N> {
    #[doc(hidden)]
    fn alternates(self, props: Q) -> Result<Writes, String>;
}

#[diagnostic::do_not_recommend]
impl<Q, N, V: Emit<Q, N>> Alternate<Q, N> for V {
    fn alternates(self, props: Q) -> Result<Writes, String> {
        let mut writes = Writes::default();
        self.emit(props, &mut writes)?;
        Ok(writes)
    }
}

/// Markers that distinguish the implementations.
#[doc(hidden)]
pub mod marker {
    use std::marker::PhantomData;

    #[derive(Debug)]
    pub enum Direct {}
    #[derive(Debug)]
    pub enum Several {}
    #[derive(Debug)]
    pub enum Present {}
    #[derive(Debug)]
    pub enum Edited {}
    #[derive(Debug)]
    pub struct Maybe<M>(PhantomData<M>);
    #[derive(Debug)]
    pub struct Each<M>(PhantomData<M>);
    #[derive(Debug)]
    pub struct Rows<M>(PhantomData<M>);
    #[derive(Debug)]
    pub struct Plain<M>(PhantomData<M>);
    #[derive(Debug)]
    pub struct Fallible<M>(PhantomData<M>);
}

#[diagnostic::do_not_recommend]
impl<P, M, V: Emit<P, M>> Returns<P, marker::Plain<M>> for V {
    fn writes(self, props: P) -> Result<Writes, String> {
        let mut writes = Writes::default();
        self.emit(props, &mut writes)?;
        Ok(writes)
    }
}

#[diagnostic::do_not_recommend]
impl<P, M, V: Emit<P, M>, E: Display> Returns<P, marker::Fallible<M>> for Result<V, E> {
    fn writes(self, props: P) -> Result<Writes, String> {
        let value = self.map_err(|error| error.to_string())?;
        Returns::<P, marker::Plain<M>>::writes(value, props)
    }
}

/// What a run writes, in the order of the outputs.
#[doc(hidden)]
#[derive(Debug, Default)]
pub struct Writes(pub(crate) Vec<(PropKey, Write)>);

/// A value, or several, for the outputs `P`. The compiler infers `M`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not fit the output, which is `{P}`",
    label = "`{Self}` does not fit the output, which is `{P}`",
    note = "return what the property holds: a number becomes a text with `format!`, a text a number with `.parse()?`"
)]
pub trait Emit<P, M> {
    #[doc(hidden)]
    fn emit(self, props: P, writes: &mut Writes) -> Result<(), String>;
}

fn encode<T: PropValue, K>(value: T, prop: Prop<T, K>) -> Result<Value, String> {
    Value::new(value).map_err(|error| format!("{prop:?}: {error}"))
}

#[diagnostic::do_not_recommend]
impl<T: PropValue, V: IntoProp<T>> Emit<Prop<T>, marker::Direct> for V {
    fn emit(self, prop: Prop<T>, writes: &mut Writes) -> Result<(), String> {
        writes.0.push((prop.key(), Write::Set(encode(self.into_prop(), prop)?)));
        Ok(())
    }
}

#[diagnostic::do_not_recommend]
impl<T: PropValue, V: IntoProp<T>> Emit<Prop<T, kind::Stream>, marker::Direct> for V {
    fn emit(self, prop: Prop<T, kind::Stream>, writes: &mut Writes) -> Result<(), String> {
        writes.0.push((prop.key(), Write::Append(vec![encode(self.into_prop(), prop)?])));
        Ok(())
    }
}

#[diagnostic::do_not_recommend]
impl<T: PropValue, V: IntoProp<T>> Emit<Prop<T, kind::Stream>, marker::Several> for Vec<V> {
    fn emit(self, prop: Prop<T, kind::Stream>, writes: &mut Writes) -> Result<(), String> {
        let items: Result<_, _> = self.into_iter().map(|item| encode(item.into_prop(), prop)).collect();
        writes.0.push((prop.key(), Write::Append(items?)));
        Ok(())
    }
}

#[diagnostic::do_not_recommend]
impl<T: PropValue> Emit<Prop<T>, marker::Edited> for Edit<T> {
    fn emit(self, prop: Prop<T>, writes: &mut Writes) -> Result<(), String> {
        writes.0.extend(self.patch().map(|patch| (prop.key(), Write::Edit(patch))));
        Ok(())
    }
}

#[diagnostic::do_not_recommend]
impl<P, M, V: Change<P, M>> Emit<P, marker::Maybe<M>> for Option<V> {
    fn emit(self, props: P, writes: &mut Writes) -> Result<(), String> {
        self.map_or(Ok(()), |value| value.emit(props, writes))
    }
}

#[diagnostic::do_not_recommend]
impl<P, M, V: Emit<P, M>, const N: usize> Emit<[P; N], marker::Each<M>> for [V; N] {
    fn emit(self, props: [P; N], writes: &mut Writes) -> Result<(), String> {
        self.into_iter().zip(props).try_for_each(|(value, prop)| value.emit(prop, writes))
    }
}

/// A property that can stand for one row.
pub trait OfRow: Copy {
    #[doc(hidden)]
    #[must_use]
    fn of_row(self, row: InRow) -> Self;
}

impl<T, K> OfRow for Prop<T, K> {
    fn of_row(self, row: InRow) -> Self {
        self.in_row(row)
    }
}

#[diagnostic::do_not_recommend]
impl<K: RowKey, P: OfRow, M, V: Emit<P, M>> Emit<EachRow<K, P>, marker::Rows<M>> for Rows<K, V> {
    fn emit(self, each: EachRow<K, P>, writes: &mut Writes) -> Result<(), String> {
        let prop = each.prop();
        self.into_iter().try_for_each(|(key, value)| {
            let key = Value::new(key).map_err(|error| format!("the key of a row: {error}"))?;
            value.emit(prop.of_row(InRow::Keyed(hash(&key))), writes)
        })
    }
}

/// A type that may be in an `Option` where `None` means "no change".
///
/// It is implemented for everything except a plain number for a property of `Option<f64>`: there an `Option<f64>` is
/// the value of the property, and its `None` must not mean "no change".
pub trait Change<P, M>: Emit<P, M> {}
impl<T: PropValue, V: IntoProp<T>> Change<Prop<T>, marker::Direct> for V {}
impl<T: PropValue, V: IntoProp<T>> Change<Prop<T, kind::Stream>, marker::Direct> for V {}
impl<T: PropValue, V: IntoProp<T>> Change<Prop<T, kind::Stream>, marker::Several> for Vec<V> {}
impl<K: RowKey, P: OfRow, M, V: Emit<P, M>> Change<EachRow<K, P>, marker::Rows<M>> for Rows<K, V> {}
impl<T: PropValue> Change<Prop<T>, marker::Edited> for Edit<T> {}
impl<P, M, V: Change<P, M>> Change<P, marker::Maybe<M>> for Option<V> {}
impl<P, M, V: Emit<P, M>, const N: usize> Change<[P; N], marker::Each<M>> for [V; N] {}

/// A number for a property of `Option<f64>`.
macro_rules! present {
    ($($number:ty),*) => {$(
        #[diagnostic::do_not_recommend]
        impl Emit<Prop<Option<f64>>, marker::Present> for $number {
            fn emit(self, prop: Prop<Option<f64>>, writes: &mut Writes) -> Result<(), String> {
                Emit::<_, marker::Direct>::emit(Some(f64::from(self)), prop, writes)
            }
        }

        // For items that may be gaps.
        #[diagnostic::do_not_recommend]
        impl Emit<Prop<Option<f64>, kind::Stream>, marker::Present> for $number {
            fn emit(self, prop: Prop<Option<f64>, kind::Stream>, writes: &mut Writes) -> Result<(), String> {
                Emit::<_, marker::Direct>::emit(Some(f64::from(self)), prop, writes)
            }
        }

        #[diagnostic::do_not_recommend]
        impl Emit<Prop<Option<f64>, kind::Stream>, marker::Present> for Vec<$number> {
            fn emit(self, prop: Prop<Option<f64>, kind::Stream>, writes: &mut Writes) -> Result<(), String> {
                let items: Vec<Option<f64>> = self.into_iter().map(|number| Some(f64::from(number))).collect();
                Emit::<_, marker::Several>::emit(items, prop, writes)
            }
        }
    )*};
}

present!(f64, f32, u8, i8, u16, i16, u32, i32);

/// An optional number for a property of `Option<f64>`.
macro_rules! maybe_present {
    ($($number:ty),*) => {$(
        #[diagnostic::do_not_recommend]
        impl IntoProp<Option<f64>> for Option<$number> {
            fn into_prop(self) -> Option<f64> {
                self.map(f64::from)
            }
        }
    )*};
}

maybe_present!(f32, u8, i8, u16, i16, u32, i32);

/// A page of the dashboard, for the `path` of a `Router`.
#[diagnostic::do_not_recommend]
impl<R: Route> IntoProp<Path> for R {
    fn into_prop(self) -> Path {
        self.into()
    }
}

#[diagnostic::do_not_recommend]
impl Emit<Prop<Option<Picture>>, marker::Present> for Picture {
    fn emit(self, prop: Prop<Option<Picture>>, writes: &mut Writes) -> Result<(), String> {
        Emit::<_, marker::Direct>::emit(Some(self), prop, writes)
    }
}

#[diagnostic::do_not_recommend]
impl Emit<Prop<Option<Attachment>>, marker::Present> for Attachment {
    fn emit(self, prop: Prop<Option<Attachment>>, writes: &mut Writes) -> Result<(), String> {
        Emit::<_, marker::Direct>::emit(Some(self), prop, writes)
    }
}

#[diagnostic::do_not_recommend]
impl Emit<Prop<Option<Picture>>, marker::Present> for Jpeg {
    fn emit(self, prop: Prop<Option<Picture>>, writes: &mut Writes) -> Result<(), String> {
        Picture::from(self).emit(prop, writes)
    }
}

#[diagnostic::do_not_recommend]
impl Emit<Prop<Option<Picture>>, marker::Present> for Matrix {
    fn emit(self, prop: Prop<Option<Picture>>, writes: &mut Writes) -> Result<(), String> {
        Picture::from(self).emit(prop, writes)
    }
}

macro_rules! tuples {
    ($($($value:ident $prop:ident $marker:ident),*;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($value: IntoElement),*> IntoProp<Element> for ($($value,)*) {
            fn into_prop(self) -> Element {
                Element::of(self)
            }
        }

        impl<$($prop, $marker, $value: Emit<$prop, $marker>),*> Change<($($prop,)*), ($($marker,)*)> for ($($value,)*) {}

        impl<$($prop, $marker, $value: Emit<$prop, $marker>),*> Emit<($($prop,)*), ($($marker,)*)> for ($($value,)*) {
            #[allow(non_snake_case)]
            fn emit(self, props: ($($prop,)*), writes: &mut Writes) -> Result<(), String> {
                let ($($value,)*) = self;
                let ($($prop,)*) = props;
                $($value.emit($prop, writes)?;)*
                Ok(())
            }
        }
    )*};
}

tuples! {
    A PA MA, B PB MB;
    A PA MA, B PB MB, C PC MC;
    A PA MA, B PB MB, C PC MC, D PD MD;
    A PA MA, B PB MB, C PC MC, D PD MD, E PE ME;
    A PA MA, B PB MB, C PC MC, D PD MD, E PE ME, F PF MF;
    A PA MA, B PB MB, C PC MC, D PD MD, E PE ME, F PF MF, G PG MG;
    A PA MA, B PB MB, C PC MC, D PD MD, E PE ME, F PF MF, G PG MG, H PH MH;
    A PA MA, B PB MB, C PC MC, D PD MD, E PE ME, F PF MF, G PG MG, H PH MH, I PI MI;
    A PA MA, B PB MB, C PC MC, D PD MD, E PE ME, F PF MF, G PG MG, H PH MH, I PI MI, J PJ MJ;
    A PA MA, B PB MB, C PC MC, D PD MD, E PE ME, F PF MF, G PG MG, H PH MH, I PI MI, J PJ MJ, K PK MK;
    A PA MA, B PB MB, C PC MC, D PD MD, E PE ME, F PF MF, G PG MG, H PH MH, I PI MI, J PJ MJ, K PK MK, L PL ML;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prop::ComponentId;

    fn prop<T, K>() -> Prop<T, K> {
        Prop::new(ComponentId::new(0, "gauge", 0), "value", 0)
    }

    fn written<P, M>(props: P, returned: impl Returns<P, M>) -> Vec<String> {
        let writes = returned.writes(props).unwrap().0;
        writes.iter().map(|(_, write)| format!("{write:?}")).collect()
    }

    #[test]
    fn none_means_no_change_unless_it_is_a_value() {
        let (number, maybe) = (prop::<f64, kind::State>(), prop::<Option<f64>, kind::State>());
        assert!(written(number, None::<f64>).is_empty());
        assert_eq!(written(number, Some(1.5)), ["Set(1.5)"]);
        assert_eq!(written(maybe, 1.5), ["Set(1.5)"]);
        assert_eq!(written(maybe, 2_u8), ["Set(2.0)"]);
        assert_eq!(written(maybe, Some(1.5_f64)), ["Set(1.5)"]);
        assert_eq!(written(maybe, Some(7_u32)), ["Set(7.0)"]);
        assert_eq!(written(maybe, Some(0.5_f32)), ["Set(0.5)"]);
        assert_eq!(written(maybe, None::<u32>), ["Set(null)"]);
        assert!(written(maybe, None::<Option<u32>>).is_empty());
        assert_eq!(written(maybe, None::<f64>), ["Set(null)"]);
        assert!(written(maybe, None::<Option<f64>>).is_empty());
        assert_eq!(written((number, maybe), (None::<f64>, None::<f64>)), ["Set(null)"]);
        assert!(written((number, maybe), None::<(f64, Option<f64>)>).is_empty());
        assert_eq!(written(maybe, Ok::<_, String>(None::<f64>)), ["Set(null)"]);
    }

    #[test]
    fn a_stream_takes_one_item_or_several() {
        let stream = prop::<f64, kind::Stream>();
        assert_eq!(written(stream, 1.0), ["Append([1.0])"]);
        assert_eq!(written(stream, vec![1.0, 2.0]), ["Append([1.0, 2.0])"]);
        assert!(written(stream, None::<f64>).is_empty());
    }

    /// Fault: a sparkline took `Some(1.5)` and no plain number, against its documentation.
    #[test]
    fn fault_a_stream_whose_items_may_be_gaps_took_no_plain_number() {
        let gaps = prop::<Option<f64>, kind::Stream>();
        assert_eq!(written(gaps, 1.5), ["Append([1.5])"]);
        assert_eq!(written(gaps, 2_u8), ["Append([2.0])"]);
        assert_eq!(written(gaps, vec![1.5, 2.5]), ["Append([1.5, 2.5])"]);
        assert_eq!(written(gaps, None::<f64>), ["Append([null])"]);
        assert_eq!(written(gaps, vec![Some(1.5), None]), ["Append([1.5, null])"]);
        assert_eq!(written((gaps, prop::<f64, kind::State>()), (1.5, 2.0)), ["Append([1.5])", "Set(2.0)"]);
    }
}
