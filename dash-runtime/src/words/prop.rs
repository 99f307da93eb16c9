//! Properties by name and type: the constants such as `Ui::brightness.value`.
//!
//! A [`Prop`] is a constant with the component it belongs to and its name. Its types say which value it holds (`T`) and
//! how it behaves ([`kind`]). All code names properties in this way, so the compiler finds a wrong id, a wrong property
//! or a wrong type where it is written.

use std::{any::Any, borrow::Cow, fmt, marker::PhantomData};

use schemars::JsonSchema;
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    numbers::{ComponentNo, RowNo},
    place,
    rights::Rights,
    value::Value,
};

/// The id of one component of one dashboard.
///
/// Only `#[components]` makes valid ids, one for each component. So a component is moved to its place on the page, and
/// cannot be placed twice.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ComponentId {
    owner: u64,
    name: &'static str,
    index: u16,
    row: InRow,
    rights: Rights,
    /// Whether callbacks place the component, instead of `layout`.
    dynamic: bool,
}

/// The row that a component is in, if it is in a list.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InRow {
    /// Not in a row, or in any row, as in the wiring of callbacks.
    Any,
    /// In the row whose key has this hash.
    Keyed(u64),
    /// In the row with this number, as pages know it.
    Numbered(RowNo),
}

impl ComponentId {
    /// For `#[components]`: the `index`-th component, with the name `name`, of the struct whose path has the hash
    /// `owner`.
    #[doc(hidden)]
    pub const fn new(owner: u64, name: &'static str, index: u16) -> Self {
        Self { owner, name, index, row: InRow::Any, rights: Rights::NONE, dynamic: false }
    }

    /// The same component, which callbacks place if `dynamic` is true.
    pub(crate) const fn placed_by_callbacks(self, dynamic: bool) -> Self {
        Self { dynamic, ..self }
    }

    pub(crate) const fn is_dynamic(&self) -> bool {
        self.dynamic
    }

    /// The id, which is also the `id` of the DOM element. It is the field's name, after the names of the groups that
    /// contain it: `left-speed`, `lamps-3`.
    pub fn name(&self) -> Cow<'static, str> {
        match self.row {
            InRow::Numbered(row) => Cow::Owned(self.name.replacen(place::ANY_ROW, &row.to_string(), 1)),
            InRow::Any | InRow::Keyed(_) => Cow::Borrowed(self.name),
        }
    }

    /// The words of the id, which a screen reader reads for a component without a label: "motor left" for `motor_left`
    /// and also for `motor-left`, the component `left` of the group `motor`.
    pub fn words(&self) -> String {
        words_of(&self.name())
    }

    /// The id for all rows of a list: `lamps-*-on`.
    pub(crate) const fn template(&self) -> &'static str {
        self.name
    }

    pub(crate) const fn row(&self) -> InRow {
        self.row
    }

    /// The same component with these rights.
    pub(crate) const fn with(self, rights: Rights) -> Self {
        Self { rights, ..self }
    }

    /// What is required to see and to write it.
    pub(crate) const fn rights(&self) -> Rights {
        self.rights
    }

    /// The same component in this row.
    pub(crate) const fn in_row(self, row: InRow) -> Self {
        Self { row, ..self }
    }

    pub(crate) const fn owner(&self) -> u64 {
        self.owner
    }

    pub(crate) const fn index(&self) -> ComponentNo {
        ComponentNo(self.index)
    }
}

/// [`ComponentId::words`] for the text of an id.
pub(crate) fn words_of(id: &str) -> String {
    id.trim_start_matches("r#").replace(['_', '-'], " ")
}

impl fmt::Debug for ComponentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// The three behaviours of a property, as types for the `K` of [`Prop`].
pub mod kind {
    /// One current value. A new value replaces it.
    #[derive(Debug, Clone, Copy)]
    pub enum State {}
    /// Something that happens in the browser. Each occurrence counts.
    #[derive(Debug, Clone, Copy)]
    pub enum Event {}
    /// A sequence of values that the server appends to. The last ones are kept for clients that join later.
    #[derive(Debug, Clone, Copy)]
    pub enum Stream {}
}

/// The behaviour of a property, as a value (see [`kind`] for the types).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// One current value. A new value replaces it.
    State,
    /// Something that happens in the browser. Each occurrence counts.
    Event,
    /// A sequence of values that the server appends to. The last ones are kept for clients that join later.
    Stream,
}

impl Kind {
    /// The name in the published interface.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::State => "state",
            Self::Event => "event",
            Self::Stream => "stream",
        }
    }
}

/// Implemented by the types in [`kind`].
pub trait PropKind: sealed::Sealed + 'static {
    /// The same behaviour, as a value.
    const KIND: Kind;
}

impl PropKind for kind::State {
    const KIND: Kind = Kind::State;
}
impl PropKind for kind::Event {
    const KIND: Kind = Kind::Event;
}
impl PropKind for kind::Stream {
    const KIND: Kind = Kind::Stream;
}

/// The kinds of property that can start a callback.
#[diagnostic::on_unimplemented(
    message = "a stream cannot be an input: nothing is in it that was not appended by a callback",
    label = "this property is a stream",
    note = "take the state property that the stream's callback reads, or write both from one callback"
)]
pub trait InputKind: PropKind {
    /// The type of the parameter for such an input. For a state it is the value. For an event it is `Some` payload if
    /// the event started the run, and `None` otherwise.
    type Param<T: PropValue>;

    #[doc(hidden)]
    fn param<T: PropValue>(value: Option<&Value>) -> Option<Self::Param<T>>;
}
impl InputKind for kind::State {
    type Param<T: PropValue> = T;

    fn param<T: PropValue>(value: Option<&Value>) -> Option<T> {
        value?.get::<T>().cloned()
    }
}
impl InputKind for kind::Event {
    type Param<T: PropValue> = Option<T>;

    fn param<T: PropValue>(value: Option<&Value>) -> Option<Option<T>> {
        Some(value.and_then(|value| value.get::<T>().cloned()))
    }
}

/// The kinds of property that have a current value.
#[diagnostic::on_unimplemented(
    message = "only a state property has a current value that `#[state]` could read",
    label = "an event or a stream has no current value",
    note = "an event is an `#[input(..)]`, or `on = ..` when its payload does not matter"
)]
pub trait StateKind: InputKind {}
impl StateKind for kind::State {}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::kind::State {}
    impl Sealed for super::kind::Event {}
    impl Sealed for super::kind::Stream {}
}

/// A type that a property may hold: a plain value that the server can send to every client and read back.
///
/// Implemented for every type that fits. A type of your own needs `#[value]` and `#[derive(Clone)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the value of a property",
    label = "not a property value",
    note = "a type of your own has `#[value]` and `#[derive(Clone)]`, and is `Send + Sync + 'static`"
)]
pub trait PropValue: Clone + Serialize + DeserializeOwned + JsonSchema + Any + Send + Sync {}
#[diagnostic::do_not_recommend]
impl<T> PropValue for T where T: Clone + Serialize + DeserializeOwned + JsonSchema + Any + Send + Sync {}

/// One property of one component, as a typed constant: `Ui::brightness.value` is a `Prop<f64>`.
///
/// `T` is the type of its value, `K` is its behaviour. A plain `Prop<f64>` is a [state](kind::State).
pub struct Prop<T, K = kind::State> {
    id: ComponentId,
    name: &'static str,
    index: u16,
    nature: Nature,
    types: PhantomData<fn() -> (T, K)>,
}

/// What the checks at compile time know about a property beside its types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Nature {
    /// Only the server writes it.
    Shown,
    /// Browsers write it too.
    Sent,
    /// It has the keys of the rows of a list, which are those of all clients.
    Keys,
    /// Each client has a value of its own, which its browser writes.
    Own,
    /// It is the state of a gate, which the server alone sets.
    Gate,
}

/// An event property, such as `Ui::shoot.click`.
pub type EventProp<T> = Prop<T, kind::Event>;

/// A stream property, such as `Ui::history.points`.
pub type StreamProp<T> = Prop<T, kind::Stream>;

impl<T, K> Clone for Prop<T, K> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T, K> Copy for Prop<T, K> {}

impl<T, K> fmt::Debug for Prop<T, K> {
    /// Written as in Rust: `brightness.value`, `left.speed.value`, `lamps[3].on`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", place::path(self.id.name), self.name)
    }
}

/// What a property would need to be set or read by itself. Nothing has it: this trait exists for its error message.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a property is a name, and nothing can be set or read with it alone",
    label = "only a name",
    note = "a callback writes it as its `output`, and reads it as an `#[input(..)]` or a `#[state(..)]`",
    note = "other code has a `Handle`: `handle.push(changes![Ui::level.value = 1.0])`, `handle.get(Ui::level.value)`"
)]
pub trait Variable {}

impl<T, K> Prop<T, K> {
    /// Only so that `Ui::level.value.set(1.0)` has an understandable error.
    #[doc(hidden)]
    pub fn set<V>(self, _value: V)
    where
        Self: Variable,
    {
    }

    /// Only so that `Ui::level.value.get()` has an understandable error.
    #[doc(hidden)]
    pub fn get(self) -> T
    where
        Self: Variable,
    {
        unreachable!("nothing implements what this needs")
    }

    /// For `#[derive(Component)]`: the `index`-th property, with the name `name`, of component `id`.
    #[doc(hidden)]
    pub const fn new(id: ComponentId, name: &'static str, index: u16) -> Self {
        Self { id, name, index, nature: Nature::Shown, types: PhantomData }
    }

    /// For `#[derive(Component)]`: the same property, which browsers write too.
    #[doc(hidden)]
    #[must_use]
    pub const fn sent(self) -> Self {
        Self { nature: Nature::Sent, ..self }
    }

    /// For `#[derive(Component)]`: the same property, of which each client has a value of its own.
    #[doc(hidden)]
    #[must_use]
    pub const fn own(self) -> Self {
        Self { nature: Nature::Own, ..self }
    }

    /// For `#[derive(Component)]`: the same property, which the server alone sets.
    #[doc(hidden)]
    #[must_use]
    pub const fn gate(self) -> Self {
        Self { nature: Nature::Gate, ..self }
    }

    /// The same property, which is a state of the type `V`.
    pub(crate) const fn state<V>(self) -> Prop<V> {
        let Self { id, name, index, nature, types: _ } = self;
        Prop { id, name, index, nature, types: PhantomData }
    }

    /// The same property, which has the keys of a list.
    pub(crate) const fn keys(self) -> Self {
        Self { nature: Nature::Keys, ..self }
    }

    pub(crate) const fn nature(&self) -> Nature {
        self.nature
    }

    /// The property's name, without its component: `value`.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The id of the component that has this property.
    pub const fn component(&self) -> ComponentId {
        self.id
    }

    pub(crate) const fn key(&self) -> PropKey {
        PropKey { id: self.id, index: self.index }
    }

    pub(crate) const fn port(&self, kind: Kind) -> Port {
        Port { key: self.key(), name: self.name, kind, place: "", rows: Which::One, list: None }
    }

    /// The same property in this row.
    #[doc(hidden)]
    #[must_use]
    pub const fn in_row(self, row: InRow) -> Self {
        Self { id: self.id.in_row(row), ..self }
    }
}

/// A property without its types. Plans and tables are made of these.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PropKey {
    pub(crate) id: ComponentId,
    pub(crate) index: u16,
}

impl PropKey {
    pub(crate) const fn identity(&self) -> Identity {
        Identity((self.id.owner as u128) << 32 | (self.id.index as u128) << 16 | self.index as u128)
    }
}

/// A property of a dashboard as a number, which constants can sort and compare. A property in rows has the same number
/// in all rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Identity(pub(crate) u128);

impl Identity {
    /// The number of its component.
    pub(crate) const fn component(self) -> ComponentNo {
        ComponentNo((self.0 >> 16) as u16)
    }

    /// Its index among the properties of the component.
    pub(crate) const fn index(self) -> u16 {
        self.0 as u16
    }
}

/// A property in a callback's wiring, with its kind.
#[derive(Debug, Clone, Copy)]
pub struct Port {
    pub(crate) key: PropKey,
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    /// For a callback that was written for a group: the id of the group, which comes before the component's id.
    pub(crate) place: &'static str,
    /// For a property in the rows of a list: which rows.
    pub(crate) rows: Which,
    /// If it stands for all rows: the property that holds the rows' keys.
    pub(crate) list: Option<PropKey>,
}

/// Which property a port stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Which {
    /// The only one.
    One,
    /// The one in the row that the callback runs for: `Ui::lamps[key].on`.
    Own,
    /// The ones in all rows: `Ui::lamps[..].on`.
    All,
}

impl Port {
    /// For expansions: `Ui::lamps[key].on.on`.
    #[must_use]
    pub const fn keyed(self) -> Self {
        Self { rows: Which::Own, ..self }
    }

    /// For expansions: `Ui::lamps[..].on.on`. `list` holds the rows' keys.
    #[must_use]
    pub const fn all(self, list: Self) -> Self {
        Self { rows: Which::All, list: Some(list.key), ..self }
    }

    pub(crate) const fn same(&self, other: &Self) -> bool {
        self.key.identity().0 == other.key.identity().0
    }

    /// The component's id, as the callback names it.
    pub(crate) const fn component(&self) -> &'static str {
        self.key.id.name
    }
}

impl fmt::Display for Port {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.place.is_empty() {
            write!(f, "{}.", place::path(self.place))?;
        }
        write!(f, "{}.{}", place::path(self.component()), self.name)
    }
}
