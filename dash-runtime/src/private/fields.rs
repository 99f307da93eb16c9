//! The fields of components and of `#[components]` structs.
//!
//! Expansions name these traits, and only these, for a field's type: `<f64 as Field<..>>::Props`. What a type lacks is
//! then said in the same words wherever the expansion uses it, and rustc says the same thing at the same place once.

use crate::{
    component::{ComponentInfo, Event, PropType, Stream, Values},
    prop::{ComponentId, PropValue},
    value::Value,
};

/// A `#[components]` struct, as far as the ids of its components need it.
pub trait Page {
    /// See [`owner`](super::owner).
    const OWNER: u64;
    /// The ids, in the order of the fields.
    const IDS: &'static [&'static str];
}

/// The id of the `N`-th component of `P`.
pub const fn id<P: Page, const N: usize>() -> ComponentId {
    // `#[components]` has made sure that there are not more than fit.
    ComponentId::new(P::OWNER, P::IDS[N], N as u16)
}

/// The `N`-th component of the page `P`: implemented by `#[derive(Component)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a component",
    label = "not a component",
    note = "the fields of a `#[components]` struct are components such as `Slider` or `Text`; your own has `#[derive(Component)]`"
)]
pub trait Field<P, const N: usize>: Sized {
    /// The type of the constant.
    type Props;
    /// The constant.
    const PROPS: Self::Props;
    /// The table.
    const INFO: &'static ComponentInfo;

    /// With defaults.
    fn build() -> Self;
}

/// A component's table, and one with defaults: [`Component`](crate::component::Component) without what it asks of a type,
/// so that a component which is not quite one yet is reported once.
pub trait Table: Sized {
    /// The table.
    const INFO: &'static ComponentInfo;

    /// With defaults.
    fn new(id: ComponentId) -> Self;
}

/// The first field of a component.
#[diagnostic::on_unimplemented(
    message = "the first field of a component is `id: ComponentId`, which `#[components]` fills, and not a `{Self}`",
    label = "not a `ComponentId`"
)]
pub trait IdField: Sized {
    /// The field.
    fn new(id: ComponentId) -> Self;

    /// The id in it.
    fn id(&self) -> ComponentId;
}

impl IdField for ComponentId {
    fn new(id: ComponentId) -> Self {
        id
    }

    fn id(&self) -> ComponentId {
        *self
    }
}

/// The field of a component that is a state property.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the value of a property",
    label = "not the value of a property",
    note = "a value has `#[derive(Clone, Serialize, Deserialize, JsonSchema)]` and is `Send + Sync + 'static`",
    note = "an event is written `#[prop(event)] click: Event<()>`, a stream `#[prop(stream, ring = 1000)] points: Stream<f64>`"
)]
pub trait StateField: Sized {
    /// How it is decoded and described.
    const TYPE: PropType;

    /// The value at place `at`, or `otherwise`.
    fn get(values: &Values<'_>, at: usize, otherwise: Self) -> Self;

    /// The value as it is sent.
    ///
    /// # Errors
    /// The property's name, and why its value cannot be written as JSON.
    fn current(&self, name: &str) -> Result<Option<Value>, String>;
}

#[diagnostic::do_not_recommend]
impl<T: PropValue> StateField for T {
    const TYPE: PropType = PropType::of::<T>();

    fn get(values: &Values<'_>, at: usize, otherwise: Self) -> Self {
        values.get(at, || otherwise)
    }

    fn current(&self, name: &str) -> Result<Option<Value>, String> {
        Value::new(self.clone()).map(Some).map_err(|error| format!("`{name}`: {error}"))
    }
}

/// The field of a component that is an event.
#[diagnostic::on_unimplemented(
    message = "an `event` property is an `Event<..>`, not a `{Self}`",
    label = "not an `Event<..>`",
    note = "write what it carries in the brackets: `Event<()>` for nothing, `Event<f64>` for a number"
)]
pub trait EventField: Sized {
    /// What it carries.
    type Payload;
    /// How that is decoded and described.
    const TYPE: PropType;

    /// The field.
    fn new() -> Self;
}

impl<T: PropValue> EventField for Event<T> {
    type Payload = T;
    const TYPE: PropType = PropType::of::<T>();

    fn new() -> Self {
        Self::default()
    }
}

/// The field of a component that is a stream.
#[diagnostic::on_unimplemented(
    message = "a `stream` property is a `Stream<..>`, not a `{Self}`",
    label = "not a `Stream<..>`",
    note = "write the type of one item in the brackets: `Stream<f64>`"
)]
pub trait StreamField: Sized {
    /// One item.
    type Item;
    /// How that is decoded and described.
    const TYPE: PropType;

    /// The field.
    fn new() -> Self;
}

impl<T: PropValue> StreamField for Stream<T> {
    type Item = T;
    const TYPE: PropType = PropType::of::<T>();

    fn new() -> Self {
        Self::default()
    }
}
