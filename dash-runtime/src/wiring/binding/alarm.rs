//! `alarm(Ui::pressure.value, Ui::alarms, "Over-pressure", above = 0.8)`: a condition that raises an alarm.
//!
//! The engine evaluates it (`engine/gates/alarms/`). This module has its constant, and the checks of its parts while the
//! user's crate compiles.

use std::time::Duration;

use super::{Bindable, Binding, Fault, How, Template};
use crate::{
    alarms::{IsAlarms, Severity},
    fields::Page,
    prop::{ComponentId, Port, Prop, PropKind, PropValue},
    value::Value,
};

/// A declared condition.
#[derive(Debug, Clone, Copy)]
pub struct Alarm {
    pub(crate) watched: Watched,
    /// The list that shows the alarm.
    pub(crate) list: ComponentId,
    /// What is the matter, as it is written in the source.
    pub(crate) text: &'static str,
    /// Likewise: the limit, or what to do. Empty: a text that says the condition.
    pub(crate) detail: &'static str,
    pub(crate) when: When,
    pub(crate) options: Options,
    /// A fault of its text.
    pub(crate) fault: Option<Fault>,
    /// A fault of its detail.
    pub(crate) detail_fault: Option<Fault>,
}

/// What is the same for all conditions.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// The condition must hold for so long.
    pub(crate) after: Duration,
    pub(crate) severity: Severity,
    pub(crate) latched: bool,
}

/// When the cause of the alarm is there.
#[derive(Debug, Clone, Copy)]
pub enum When {
    /// The value is larger than a limit. When the alarm is there, until it is not larger than the limit minus the
    /// hysteresis.
    Above(Limit, f64),
    /// The value is smaller than a limit, likewise.
    Below(Limit, f64),
    /// The value is this one.
    Equals(fn() -> Result<Value, String>),
    /// There is no value, or a bad one.
    Missing,
}

/// A limit.
#[derive(Debug, Clone, Copy)]
pub enum Limit {
    /// A number in the source.
    Fixed(f64),
    /// The value of a property.
    Prop(Watched),
}

/// A property that a condition reads.
#[derive(Debug, Clone, Copy)]
pub struct Watched {
    pub(crate) port: Port,
    /// Its value as a number. NaN if there is none. `None` if it is not read as a number.
    pub(crate) number: Option<fn(&Value) -> f64>,
}

/// A type that can be compared with a limit: numbers, and an `Option` of a number. `None` and NaN are no value.
#[diagnostic::on_unimplemented(
    message = "an alarm compares numbers with a limit, and this property is a `{Self}`",
    label = "not a number",
    note = "for another type write `equals = ..`, as in `alarm(Ui::door.on, Ui::alarms, \"The door is open\", equals = true)`"
)]
pub trait Measured: PropValue {
    #[doc(hidden)]
    fn number(&self) -> f64;
}

macro_rules! measured {
    ($($number:ty)*) => {$(
        impl Measured for $number {
            fn number(&self) -> f64 {
                f64::from(*self)
            }
        }

        impl Measured for Option<$number> {
            fn number(&self) -> f64 {
                self.map_or(f64::NAN, f64::from)
            }
        }
    )*};
}

measured!(f64 f32 i8 u8 i16 u16 i32 u32);

/// For `bindings!`: a property that is compared with a limit.
pub const fn measured<T: Measured, K: PropKind>(prop: Prop<T, K>) -> Watched
where
    Prop<T, K>: Bindable,
{
    Watched { port: prop.port(K::KIND), number: Some(|value| value.get::<T>().map_or(f64::NAN, T::number)) }
}

/// For `bindings!`: a property of any type.
pub const fn watched<T: PropValue, K: PropKind>(prop: Prop<T, K>) -> Watched
where
    Prop<T, K>: Bindable,
{
    Watched { port: prop.port(K::KIND), number: None }
}

/// For `bindings!`: the `Alarms` of `P` with the id `id`. The user names `_props`, its properties, so the compiler finds a
/// wrong name. The plan finds its number.
pub const fn alarms<P: Page, A: IsAlarms + Copy>(_props: A, id: &'static str) -> ComponentId {
    ComponentId::new(P::OWNER, id, 0)
}

/// For `bindings!`: a limit. Panics, at the caller's place, if no value is above or below it.
#[track_caller]
pub const fn limit(limit: f64) -> Limit {
    assert!(
        limit.is_finite(),
        "this limit is not a finite number, so no value is above or below it: write a number such as 0.8"
    );
    Limit::Fixed(limit)
}

/// For `bindings!`: the value of a property as a limit.
pub const fn limit_of(watched: Watched) -> Limit {
    Limit::Prop(watched)
}

/// For `bindings!`: a hysteresis. Panics, at the caller's place, if it is not one.
#[track_caller]
pub const fn hysteresis(hysteresis: f64) -> f64 {
    assert!(hysteresis >= 0.0 && hysteresis.is_finite(), "a hysteresis is not negative: write a number from 0");
    hysteresis
}

/// For `bindings!`: the severity of an alarm.
pub const fn severity(severity: Severity) -> Severity {
    severity
}

impl Options {
    /// For `bindings!`. `after` is in nanoseconds.
    pub const fn new(after: u64, severity: Severity, latched: bool) -> Self {
        Self { after: Duration::from_nanos(after), severity, latched }
    }
}

/// For `bindings!`: `alarm(property, list, text, condition, ..)`.
pub const fn alarm(
    watched: Watched,
    list: ComponentId,
    text: &'static str,
    detail: &'static str,
    when: When,
    options: Options,
) -> Binding {
    let shows_number = watched.number.is_some();
    let (fault, detail_fault) = (place_in(text, shows_number), place_in(detail, shows_number));
    Binding { how: How::Alarm(Alarm { watched, list, text, detail, when, options, fault, detail_fault }) }
}

/// The fault of a text with or without a place for a number.
const fn place_in(text: &'static str, has_number: bool) -> Option<Fault> {
    match Template::find(text) {
        Err(why) => Some(Fault::Text(why)),
        Ok(Some(_)) if !has_number => {
            Some(Fault::Text("there is no number to write here, only `above` and `below` have one: leave `{}` out"))
        }
        Ok(_) => None,
    }
}

impl Alarm {
    /// The properties that the condition reads.
    pub(crate) fn reads(&self) -> impl Iterator<Item = &Port> {
        std::iter::once(&self.watched.port).chain(self.limit_port())
    }

    /// The property that its limit is, if it is one.
    pub(crate) const fn limit_port(&self) -> Option<&Port> {
        match &self.when {
            When::Above(Limit::Prop(limit), _) | When::Below(Limit::Prop(limit), _) => Some(&limit.port),
            _ => None,
        }
    }
}
