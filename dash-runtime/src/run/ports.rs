//! The properties of a callback, by role: input, state, output.
//!
//! The kind of a property decides which roles it can have. The traits here are implemented for whole properties, so a
//! wrong property is reported once, at the property. The type of the parameter or output is an associated type. If it
//! does not exist, rustc does not report the code that depends on it again.

use std::{marker::PhantomData, sync::Arc};

use crate::{
    callback::{
        call::Call,
        returns::IntoProp,
        spec::{Every, Rate, Rated},
        task::ProgressSink,
    },
    prop::{Kind, Port, Prop, PropKind, PropValue, kind},
    reading::Reading,
    rows::{ListProps, RowKey, Rows},
    value::Value,
};

/// A property that can start a callback.
#[diagnostic::on_unimplemented(
    message = "a stream cannot be an input: its items are appended by a callback, and nobody takes them out",
    label = "this property is a stream",
    note = "take the input of the callback that appends to the stream, or let that callback write both"
)]
pub trait InputPort {
    /// The type of the parameter.
    type Param;
    /// The type of each entry in a parameter of all rows: the value of a state, or the payload of an event in the rows
    /// where it happened.
    type Item: PropValue;

    #[doc(hidden)]
    fn read(self, call: &Call, at: usize) -> Self::Param;
}

impl<T: PropValue> InputPort for Prop<T> {
    type Param = T;
    type Item = T;

    fn read(self, call: &Call, at: usize) -> T {
        call.read(at, self)
    }
}

impl<T: PropValue> InputPort for Prop<T, kind::Event> {
    type Param = Option<T>;
    type Item = T;

    fn read(self, call: &Call, at: usize) -> Option<T> {
        call.read(at, self)
    }
}

/// A property that has a current value.
#[diagnostic::on_unimplemented(
    message = "only a property with a current value can be a `#[state]`",
    label = "an event or a stream has no current value",
    note = "an event is an `#[input(..)]`, or `on = ..` if its payload does not matter"
)]
pub trait StatePort {
    /// The type of the parameter, and of each entry in a parameter of all rows.
    type Param: PropValue;

    #[doc(hidden)]
    fn read(self, call: &Call, at: usize) -> Self::Param;
}

impl<T: PropValue> StatePort for Prop<T> {
    type Param = T;

    fn read(self, call: &Call, at: usize) -> T {
        call.read(at, self)
    }
}

/// A property whose value can be passed as a reference.
#[diagnostic::on_unimplemented(
    message = "only a property with a current value can be passed as a reference",
    label = "an event or a stream has no current value to refer to",
    note = "an event is passed by value: `clicked: Option<()>`"
)]
pub trait SharedPort {
    /// The type that the reference points to.
    type Value;

    #[doc(hidden)]
    fn read(self, call: &Call, at: usize) -> Arc<Self::Value>;
}

impl<T: PropValue> SharedPort for Prop<T> {
    type Value = T;

    fn read(self, call: &Call, at: usize) -> Arc<T> {
        call.read_shared(at, self)
    }
}

/// A property that a callback can take with its quality.
#[diagnostic::on_unimplemented(
    message = "only a property with a current value has a quality",
    label = "an event or a stream has no current value",
    note = "an event is taken as it is: `clicked: Option<()>`"
)]
pub trait ReadingPort {
    /// The type of the value.
    type Value: PropValue;

    #[doc(hidden)]
    fn read(self, call: &Call, at: usize) -> Self::Value;
}

impl<T: PropValue> ReadingPort for Prop<T> {
    type Value = T;

    fn read(self, call: &Call, at: usize) -> T {
        call.read(at, self)
    }
}

/// The value of a parameter that is written as `Reading<..>`, at index `at` of the reads.
pub fn read_reading<P: ReadingPort>(call: &Call, at: usize, prop: P) -> P::Value {
    prop.read(call, at)
}

/// A property that a callback can write.
#[diagnostic::on_unimplemented(
    message = "an event cannot be an output: only a person in front of a browser makes it happen",
    label = "this property is an event",
    note = "write a property with a current value, such as `Ui::readout.text`, or let this callback run `on` the event"
)]
pub trait OutputPort {
    /// The property itself.
    type Output;

    #[doc(hidden)]
    fn output(self) -> Self::Output;
}

#[diagnostic::do_not_recommend]
impl<T> OutputPort for Prop<T> {
    type Output = Self;

    fn output(self) -> Self {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<T> OutputPort for Prop<T, kind::Stream> {
    type Output = Self;

    fn output(self) -> Self {
        self
    }
}

/// A property that can have another value while a callback runs.
#[diagnostic::on_unimplemented(
    message = "only a property with a current value can have another one while the callback runs",
    label = "an event or a stream has no current value",
    note = "`running(..)` is for what can be set back: `running(Ui::go.disabled = true)`"
)]
pub trait GuardPort {
    /// The property itself.
    type Guarded;

    #[doc(hidden)]
    fn guarded(self) -> Self::Guarded;
}

impl<T> GuardPort for Prop<T> {
    type Guarded = Self;

    fn guarded(self) -> Self {
        self
    }
}

/// A value that a property of `T` can have while a callback runs.
#[diagnostic::on_unimplemented(
    message = "this property holds a `{T}`, and the value is a `{Self}`",
    label = "not a `{T}`"
)]
pub trait Held<T> {
    #[doc(hidden)]
    fn held(self) -> T;
}

#[diagnostic::do_not_recommend]
impl<T, V: IntoProp<T>> Held<T> for V {
    fn held(self) -> T {
        self.into_prop()
    }
}

/// A property, and no component, group or list.
#[diagnostic::on_unimplemented(
    message = "one property is meant here, and this is a component, a group or a list",
    label = "a property of it is needed",
    note = "write a dot and the property after it, as in `Ui::brightness.value`; the property of a list is `rows`"
)]
pub trait AProp {
    /// The property itself.
    type Itself;
}

#[diagnostic::do_not_recommend]
impl<T, K> AProp for Prop<T, K> {
    type Itself = Self;
}

/// The property. Something else is reported here, once.
pub const fn prop<P: AProp<Itself = P> + Copy>(prop: P) -> P::Itself {
    prop
}

/// The value of a property for a parameter of type `T`, which must be the same type. This trait exists for its error
/// message. The compiler infers `M`.
#[diagnostic::on_unimplemented(
    message = "the property gives a `{Self}`, but this parameter is a `{T}`",
    label = "write `{Self}`"
)]
pub trait Gives<T, M> {
    #[doc(hidden)]
    fn give(self) -> T;
}

/// The `M` of the intended implementation.
#[derive(Debug)]
pub enum Same {}

impl<T> Gives<T, Same> for T {
    fn give(self) -> T {
        self
    }
}

/// The `M` of a [`Reading`] that the attribute has not seen, because it goes by the names.
#[derive(Debug)]
pub enum Renamed {}

/// Nothing has it. This trait exists for its error message. It is not one of the value, because the compiler would then
/// report [`Gives`].
#[diagnostic::on_unimplemented(
    message = "a `Reading` is taken by its name, and this parameter has another name for it",
    label = "write `Reading<{T}>`",
    note = "the attribute sees the words of the parameter, and does not know what a type alias or `use .. as ..` stands for"
)]
pub trait TakenByName<T>: Sized {
    #[doc(hidden)]
    fn none(value: T) -> Self;
}

impl<T, U> Gives<Reading<U>, Renamed> for T
where
    Reading<U>: TakenByName<T>,
{
    fn give(self) -> Reading<U> {
        TakenByName::none(self)
    }
}

/// A type without values. With a single implementation of a trait, the compiler would infer the value's type from it,
/// and report mismatched types instead of the trait's message.
#[derive(Debug)]
#[allow(dead_code, reason = "what counts is that there is an implementation")]
pub(super) enum Nobody {}

#[diagnostic::do_not_recommend]
impl<T> Gives<T, Nobody> for Nobody {
    fn give(self) -> T {
        match self {}
    }
}

/// The argument for a parameter of type `T`.
pub fn given<T, M, G: Gives<T, M>>(value: G) -> T {
    value.give()
}

/// A property in the wiring whose role is checked elsewhere, where it is read or written.
pub const fn port<T, K: PropKind>(prop: Prop<T, K>) -> Port {
    prop.port(K::KIND)
}

/// A property in the wiring that starts the callback without being a parameter.
pub const fn trigger<T, K: PropKind>(prop: Prop<T, K>) -> Port
where
    Prop<T, K>: InputPort,
{
    prop.port(K::KIND)
}

/// The `#[input]` parameter at index `at` of the reads, by value.
pub fn read_input<P: InputPort>(call: &Call, at: usize, prop: P) -> P::Param {
    prop.read(call, at)
}

/// The `#[state]` parameter at index `at` of the reads, by value.
pub fn read_state<P: StatePort>(call: &Call, at: usize, prop: P) -> P::Param {
    prop.read(call, at)
}

/// The parameter at index `at` of the reads, to be passed by reference.
pub fn read_shared<P: SharedPort>(call: &Call, at: usize, prop: P) -> Arc<P::Value> {
    prop.read(call, at)
}

/// A property that a callback can set while it runs.
#[diagnostic::on_unimplemented(
    message = "only a property with a current value can show how far a callback is",
    label = "an event or a stream has no current value"
)]
pub trait LivePort {
    /// The type of the parameter.
    type Param;

    #[doc(hidden)]
    fn live(self, call: &Call) -> Self::Param;
}

impl<T: PropValue> LivePort for Prop<T> {
    type Param = ProgressSink<T>;

    fn live(self, call: &Call) -> ProgressSink<T> {
        ProgressSink::of(call, self)
    }
}

/// A property that can cancel a callback.
#[diagnostic::on_unimplemented(
    message = "only an event can cancel a callback",
    label = "not an event",
    note = "`cancel = Ui::stop.click` ends the run when the button is pressed"
)]
pub trait CancelPort {}

impl<T> CancelPort for Prop<T, kind::Event> {}
// See `Nobody`.
#[diagnostic::do_not_recommend]
impl CancelPort for Prop<Nobody, kind::Stream> {}

/// `cancel = Ui::stop.click`
pub const fn cancels<T, K: PropKind>(prop: Prop<T, K>) -> Port
where
    Prop<T, K>: CancelPort,
{
    prop.port(K::KIND)
}

/// A `#[progress]` parameter.
pub fn progress<P: LivePort>(call: &Call, prop: P) -> P::Param {
    prop.live(call)
}

/// A property of which browsers may skip values.
#[diagnostic::on_unimplemented(
    message = "only a property with a current value can be sent at a rate",
    label = "of an event each occurrence counts",
    note = "leave `throttle` and `debounce` out"
)]
pub trait RatePort {}

impl<T> RatePort for Prop<T> {}
// See `Nobody`.
#[diagnostic::do_not_recommend]
impl RatePort for Prop<Nobody, kind::Stream> {}

/// `#[input(Ui::a.value, throttle = "50ms")]`
pub const fn rated<T, K: PropKind>(prop: Prop<T, K>, rate: Rate) -> Rated
where
    Prop<T, K>: RatePort,
{
    Rated { port: prop.port(K::KIND), rate }
}

/// A property of `running(..)`.
pub fn guarded<P: GuardPort>(prop: P) -> P::Guarded {
    prop.guarded()
}

/// The value of the property while the callback runs.
///
/// # Errors
/// The property, and the reason why the value cannot be encoded.
pub fn held<T: PropValue, V: Held<T>>(prop: Prop<T>, value: V) -> Result<Value, String> {
    Value::new(value.held()).map_err(|error| format!("`{prop:?}` while the callback runs: {error}"))
}

/// A property to write.
pub fn output<P: OutputPort>(prop: P) -> P::Output {
    prop.output()
}

/// Something with rows.
#[diagnostic::on_unimplemented(
    message = "`[key]` and `[..]` stand for rows of a list, and this is no list",
    label = "not a `Many<..>`",
    note = "one element of an array is written with its number, `Ui::lamps[3].on`, and several as a range, `Ui::lamps[0..4].on`, which are the elements 0 to 3"
)]
pub trait AList {
    /// The list itself.
    type Itself;
}

#[diagnostic::do_not_recommend]
impl<K, P> AList for ListProps<K, P> {
    type Itself = Self;
}

/// The list, for the functions below. Something that is no list is reported here, once.
pub const fn rows_of<L: AList<Itself = L>>(list: &L) -> &L::Itself {
    list
}

/// Something with one name for each thing in it: a component or a group.
#[diagnostic::on_unimplemented(
    message = "this is a list or an array: say which row or element of it is meant",
    label = "a list or an array",
    note = "of a list, `Ui::lamps[key]` is the row that a callback runs for, `Ui::lamps[..]` are all rows, and in `changes!` and `handle.get` a row is `Ui::lamps.row(7)`",
    note = "of an array, `Ui::lamps[3]` is one element, and `Ui::lamps[0..4]` are several"
)]
pub trait Step {
    /// The component or group itself.
    type Itself;
}

/// The component or group, before a name in it. A list or an array is reported here, once.
pub const fn step<P: Step<Itself = P> + Copy>(props: P) -> P::Itself {
    props
}

/// The properties in all rows of a list. `Ui::lamps[key].on.on` expands to `row(&Ui::lamps).on.value`. The row is
/// filled in at run time.
pub const fn row<K, P: Copy>(list: &ListProps<K, P>) -> P {
    list.any()
}

/// The keys of a list, in the wiring of a callback that runs for one row at a time.
pub const fn rows_port<K, P: Copy>(list: &ListProps<K, P>) -> Port {
    list.rows.port(Kind::State)
}

/// The key of the row that the callback runs for.
pub fn key<K: RowKey, P>(call: &Call, _list: &ListProps<K, P>) -> K {
    K::clone(&call.key())
}

/// Like [`key`], to be passed by reference.
pub fn key_shared<K: RowKey, P>(call: &Call, _list: &ListProps<K, P>) -> Arc<K> {
    call.key()
}

/// The `#[input(Ui::lamps[..].on.on)]` parameter at index `at` of the reads.
pub fn read_input_rows<K: RowKey, P, I: InputPort>(
    call: &Call,
    at: usize,
    _list: &ListProps<K, P>,
    _prop: I,
) -> Rows<K, I::Item> {
    call.read_rows(at)
}

/// The `#[state(Ui::lamps[..].on.on)]` parameter at index `at` of the reads.
pub fn read_state_rows<K: RowKey, P, I: StatePort>(
    call: &Call,
    at: usize,
    _list: &ListProps<K, P>,
    _prop: I,
) -> Rows<K, I::Param> {
    call.read_rows(at)
}

/// A property in the rows of a list, to write in the rows whose keys the value has.
#[derive(Debug, Clone, Copy)]
pub struct EachRow<K, P> {
    prop: P,
    key: PhantomData<fn() -> K>,
}

impl<K, P> EachRow<K, P> {
    pub(crate) fn prop(self) -> P {
        self.prop
    }
}

/// `output = Ui::lamps[..].on.on`
pub fn output_rows<K, P, O: OutputPort>(_list: &ListProps<K, P>, prop: O) -> EachRow<K, O::Output> {
    EachRow { prop: prop.output(), key: PhantomData }
}

/// A property with a period.
#[diagnostic::on_unimplemented(
    message = "the period of a callback is a number of seconds, and this property is another thing",
    label = "not an `f64`",
    note = "name a property that holds an `f64`, as in `every = Ui::period.value`, or write a fixed time: `every = \"100ms\"`"
)]
pub trait PeriodPort {}

impl PeriodPort for Prop<f64> {}
// See `Nobody`.
#[diagnostic::do_not_recommend]
impl PeriodPort for Prop<Nobody, kind::Stream> {}

/// `every = Ui::period.value`, a number of seconds.
pub const fn period<T, K: PropKind>(prop: Prop<T, K>) -> Every
where
    Prop<T, K>: PeriodPort,
{
    Every::Prop(port(prop))
}
