//! What expansions of the macros may name, item by item. Not public API.

use std::sync::Arc;

pub use schemars;
pub use serde;

pub use crate::{
    callback::{
        call::Call,
        check::check,
        extract::Extract,
        lend::{Borrow, Lend, Part},
        returns::{finish, outcome, outcome_of_nothing},
        spec::{Body, CallbackDef, CallbackFor, Callbacks, Every, Queue, Scope, Spec, Wired, listed, scope},
    },
    component::{Check, Component, ComponentInfo, Event, Options, PropField, PropInfo, PropType, Render, Required, Stream, Values},
    dashboard::{Components, Dashboard, LendSession, Shows},
    element::{Element, IntoElement},
    prop::{ComponentId, EventProp, Prop, PropValue, StreamProp, input, kind, output, state},
    value::Value,
};
use crate::prop::{InputKind, Port, PropKind, StateKind};

/// The key of a `#[components]` struct: FNV-1a (64 bit, offset basis and prime from the FNV specification) over the
/// module path and the struct's name.
pub const fn owner(module: &str, name: &str) -> u64 {
    crate::hash::fnv1a(crate::hash::fnv1a(crate::hash::OFFSET, module.as_bytes()), name.as_bytes())
}

/// Asserts, at the place of the call, that the future of an asynchronous callback can move between threads.
///
/// The returned type is opaque and `Send` by its declaration, so that a future which is not is reported here and not a
/// second time for the block around it.
pub fn send_future<F: Future + Send>(future: F) -> impl Future<Output = F::Output> + Send {
    future
}

/// A property that is a parameter. What kinds can be one is checked where it is read.
pub const fn port<T, K: PropKind>(prop: Prop<T, K>) -> Port {
    prop.port(K::KIND)
}

/// `every = Ui::period.value`: a number of seconds.
pub const fn period(prop: Prop<f64>) -> Every {
    Every::Prop(port(prop))
}

/// The `#[input]` parameter at place `at` of the reads, by value.
pub fn read_input<T: PropValue, K: InputKind>(call: &Call, at: usize, prop: Prop<T, K>) -> K::Param<T> {
    call.read(at, prop)
}

/// The `#[state]` parameter at place `at` of the reads, by value.
pub fn read_state<T: PropValue, K: StateKind>(call: &Call, at: usize, prop: Prop<T, K>) -> K::Param<T> {
    call.read(at, prop)
}

/// A parameter at place `at` of the reads, to be passed by reference.
pub fn read_shared<T: PropValue, K: StateKind>(call: &Call, at: usize, prop: Prop<T, K>) -> Arc<T> {
    call.read_shared(at, prop)
}

/// What the user's function returned: a call, so that errors about the value can be shown at all of its type.
pub const fn returned<R>(value: R) -> R {
    value
}

/// An event property as a field to begin with.
pub fn event<T>() -> Event<T> {
    Event::default()
}

/// A stream property as a field to begin with.
pub fn stream<T>() -> Stream<T> {
    Stream::default()
}

/// A field of the device `#[derive(Device)]` takes apart.
pub fn part<T: Send + 'static>(field: T) -> Part {
    Box::new(field)
}

/// The value of a state property, for [`Component::values`].
///
/// # Errors
/// The property's name, and why its value cannot be written as JSON.
pub fn current<T: PropValue>(name: &str, value: &T) -> Result<Option<Value>, String> {
    Value::new(value.clone()).map(Some).map_err(|error| format!("`{name}`: {error}"))
}

/// The same for an event, which has no value.
pub const fn no_event<T>(_: &Event<T>) -> Option<Value> {
    None
}

/// The same for a stream, which has no single value.
pub const fn no_stream<T>(_: &Stream<T>) -> Option<Value> {
    None
}

/// The names of the required properties that were not given, for [`Component::missing`].
pub fn missing(required: &[(&'static str, bool)]) -> Vec<&'static str> {
    required.iter().filter(|(_, given)| !given).map(|(name, _)| *name).collect()
}

/// A property that `within` can look at.
#[diagnostic::on_unimplemented(
    message = "`within` compares numbers, and this property is a `{Self}`",
    label = "not an `f64`",
    note = "the property and both of its bounds are `f64`"
)]
pub trait Number: PropValue {}
impl Number for f64 {}

/// The place of a bound of [`within`], asserted to be a number.
pub const fn number<T: Number>(at: usize) -> usize {
    at
}

/// `within(min, max)` on a property of type `T`.
pub const fn within<T: Number>(min: usize, max: usize) -> Check {
    Check::within(min, max)
}

/// A property that `max_len` can look at.
#[diagnostic::on_unimplemented(
    message = "`max_len` counts the characters of a text, and this property is a `{Self}`",
    label = "not a `String`"
)]
pub trait Text: PropValue {}
impl Text for String {}

/// `max_len = limit` on a property of type `T`.
pub const fn max_len<T: Text>(limit: usize) -> Check {
    Check::max_len(limit)
}
