//! What a callback may return for its outputs.
//!
//! | outputs | returned |
//! | --- | --- |
//! | none | `()` |
//! | one state property of `T` | `T`, or what becomes a `T` without loss ([`IntoProp`]) |
//! | one stream of `T` | `T` (one item), `Vec<T>` (several) |
//! | several | a tuple, one entry per output |
//!
//! Around each of these `Option` means "no change" for `None`, and around the whole `Result` means that the callback
//! can fail: nothing is written then, and the error is shown to the client that asked.

use std::{borrow::Cow, fmt::Display};

use super::call::{Call, Write};
use crate::{
    prop::{Prop, PropKey, PropValue, kind},
    value::Value,
};

/// A value that a property of `T` takes.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be shown as `{T}`",
    label = "does not fit the output, which holds `{T}`",
    note = "return what the property holds: a number becomes a text with `format!`, a text a number with `.parse()?`"
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

macro_rules! into_prop {
    ($($from:ty => $to:ty),* $(,)?) => {$(
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
    f64 => Option<f64>,
}

/// For expansions: the outputs of a run, to be filled by what the callback returned.
#[derive(Debug)]
pub struct Outputs<'a, P> {
    call: &'a mut Call,
    props: P,
}

impl<'a, P> Outputs<'a, P> {
    /// Of this run, these.
    pub fn new(call: &'a mut Call, props: P) -> Self {
        Self { call, props }
    }
}

/// For expansions: writes what a callback returned to its outputs.
pub fn finish<P, M, R: Returns<P, M>>(outputs: Outputs<'_, P>, returned: R) {
    returned.write(outputs);
}

/// A type that a callback with outputs `P` may return. `M` is found by the compiler.
#[diagnostic::on_unimplemented(
    message = "a callback that returns `{Self}` cannot write its output, a `{P}`",
    label = "does not fit the output",
    note = "return what the property holds; `Option` of it for \"no change\"; a tuple for several outputs, in their order; and `Result` around it all when the callback can fail"
)]
pub trait Returns<P, M> {
    #[doc(hidden)]
    fn write(self, outputs: Outputs<'_, P>);
}

/// Markers that tell the implementations apart.
#[doc(hidden)]
pub mod marker {
    use std::marker::PhantomData;

    #[derive(Debug)]
    pub enum Direct {}
    #[derive(Debug)]
    pub enum Several {}
    #[derive(Debug)]
    pub struct Maybe<M>(PhantomData<M>);
    #[derive(Debug)]
    pub struct Plain<M>(PhantomData<M>);
    #[derive(Debug)]
    pub struct Fallible<M>(PhantomData<M>);
}

impl<P, M, V: Emit<P, M>> Returns<P, marker::Plain<M>> for V {
    fn write(self, outputs: Outputs<'_, P>) {
        let Outputs { call, props } = outputs;
        emit(self, props, call);
    }
}

impl<P, M, V: Emit<P, M>, E: Display> Returns<P, marker::Fallible<M>> for Result<V, E> {
    fn write(self, outputs: Outputs<'_, P>) {
        let Outputs { call, props } = outputs;
        match self {
            Ok(value) => emit(value, props, call),
            Err(error) => call.failure = Some(error.to_string()),
        }
    }
}

fn emit<P, M>(value: impl Emit<P, M>, props: P, call: &mut Call) {
    let mut writes = Writes::default();
    match value.emit(props, &mut writes) {
        Ok(()) => call.writes = writes.0,
        Err(error) => call.failure = Some(error),
    }
}

/// What a run wrote, in the order of the outputs.
#[doc(hidden)]
#[derive(Debug, Default)]
pub struct Writes(pub(crate) Vec<(PropKey, Write)>);

/// A value, or several, for the outputs `P`. `M` is found by the compiler.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be written to the output, a `{P}`",
    label = "does not fit the output"
)]
pub trait Emit<P, M> {
    #[doc(hidden)]
    fn emit(self, props: P, writes: &mut Writes) -> Result<(), String>;
}

fn encode<T: PropValue, K>(value: T, prop: Prop<T, K>) -> Result<Value, String> {
    Value::new(value).map_err(|error| format!("{prop:?}: {error}"))
}

impl<T: PropValue, V: IntoProp<T>> Emit<Prop<T>, marker::Direct> for V {
    fn emit(self, prop: Prop<T>, writes: &mut Writes) -> Result<(), String> {
        writes.0.push((prop.key(), Write::Set(encode(self.into_prop(), prop)?)));
        Ok(())
    }
}

impl<T: PropValue, V: IntoProp<T>> Emit<Prop<T, kind::Stream>, marker::Direct> for V {
    fn emit(self, prop: Prop<T, kind::Stream>, writes: &mut Writes) -> Result<(), String> {
        writes.0.push((prop.key(), Write::Append(vec![encode(self.into_prop(), prop)?])));
        Ok(())
    }
}

impl<T: PropValue, V: IntoProp<T>> Emit<Prop<T, kind::Stream>, marker::Several> for Vec<V> {
    fn emit(self, prop: Prop<T, kind::Stream>, writes: &mut Writes) -> Result<(), String> {
        let items: Result<_, _> = self.into_iter().map(|item| encode(item.into_prop(), prop)).collect();
        writes.0.push((prop.key(), Write::Append(items?)));
        Ok(())
    }
}

impl<P, M, V: Emit<P, M>> Emit<P, marker::Maybe<M>> for Option<V> {
    fn emit(self, props: P, writes: &mut Writes) -> Result<(), String> {
        self.map_or(Ok(()), |value| value.emit(props, writes))
    }
}

impl Emit<(), marker::Direct> for () {
    fn emit(self, (): (), _: &mut Writes) -> Result<(), String> {
        Ok(())
    }
}

macro_rules! tuples {
    ($($($value:ident $prop:ident $marker:ident),*;)*) => {$(
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
