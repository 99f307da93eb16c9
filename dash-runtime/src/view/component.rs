//! What a component is: one Rust struct, one custom element, and the table of its properties between them.
//!
//! [`Component`] is written by `#[derive(Component)]`, [`Render`] by hand. The fields of the struct are its properties;
//! as a builder in `layout` they hold the starting values, and when the page is rendered they hold the current ones.

use std::{any::type_name, marker::PhantomData};

use schemars::{Schema, SchemaGenerator};

use crate::{
    html::Html,
    prop::{ComponentId, Kind, PropValue},
    value::Value,
};

/// Everything that the author of a component needs.
pub mod prelude {
    pub use schemars::JsonSchema;
    pub use serde::{Deserialize, Serialize};

    pub use super::{Component, Event, Options, Render, Stream};
    pub use crate::{
        html::Html,
        prop::{ComponentId, PropValue},
    };
}

/// A part of the page that callbacks can read and write: a struct with `#[derive(Component)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a component",
    label = "not a component",
    note = "the fields of a `#[components]` struct are components such as `Slider` or `Text`; your own has `#[derive(Component)]`"
)]
pub trait Component: Render + Send + Sync + Sized + 'static {
    /// The properties as typed constants: what `Ui::brightness` is.
    type Props: Copy;

    /// Name, element, script and properties.
    const INFO: &'static ComponentInfo;

    /// With the default of every property.
    fn new(id: ComponentId) -> Self;

    /// Which one it is.
    fn id(&self) -> ComponentId;

    /// With these values, in the order of the properties.
    fn load(id: ComponentId, values: &Values<'_>) -> Self;

    /// The values, in the order of the properties; `None` for an event or a stream.
    ///
    /// # Errors
    /// The property whose value cannot be written as JSON, and why.
    fn values(&self) -> Result<Vec<Option<Value>>, String>;

    /// Required properties that were not given.
    fn missing(&self) -> Vec<&'static str>;
}

/// How a component looks before any script runs.
#[diagnostic::on_unimplemented(
    message = "nothing says yet how a `{Self}` looks",
    label = "`Render` is missing",
    note = "write `impl Render for {Self} {{ fn render(&self, html: &mut Html) {{ .. }} }}`: what is inside of the element before its script runs"
)]
pub trait Render {
    /// Writes what is inside of the component's element, with the values that `self` has now.
    ///
    /// The element itself, with its tag and id, is there already.
    fn render(&self, html: &mut Html);
}

/// The table of a component.
#[derive(Debug)]
pub struct ComponentInfo {
    /// The Rust name: `Slider`.
    pub name: &'static str,
    /// The custom element: `dd-slider`.
    pub tag: &'static str,
    /// What the component is for.
    pub doc: &'static str,
    /// The ES module that defines the custom element.
    pub script: Module,
    /// Its part of the stylesheet.
    pub style: &'static str,
    /// The values of one that was not placed yet, in the order of the properties; `None` for an event or a stream. Fails as
    /// [`Component::values`] does.
    pub fresh: fn(ComponentId) -> Result<Vec<Option<Value>>, String>,
    /// The properties; a property's number is its place here.
    pub props: &'static [PropInfo],
}

/// The JavaScript module of a component.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Module {
    /// The file, as `script = ".."` names it.
    pub file: &'static str,
    /// What is in it.
    pub source: &'static str,
    /// Whether it is a part of the page's one script, as modules of the library are. The browser loads any other by itself:
    /// if that fails, only its component does not work.
    pub bundled: bool,
}

/// One property of a component.
#[derive(Debug)]
pub struct PropInfo {
    /// The Rust and JavaScript name: `value`.
    pub name: &'static str,
    /// What it means, with its unit.
    pub doc: &'static str,
    /// How it behaves.
    pub kind: Kind,
    /// Whether the browser may write it.
    pub writable: bool,
    /// For a stream: how many items are kept for late joiners.
    pub ring: usize,
    /// What it holds.
    pub ty: PropType,
    /// What a value from the browser must satisfy beyond its type.
    pub checks: &'static [Check],
}

impl PropInfo {
    /// A state property that only the server writes.
    pub const fn new(name: &'static str, doc: &'static str, ty: PropType) -> Self {
        Self { name, doc, kind: Kind::State, writable: false, ring: 0, ty, checks: &[] }
    }

    /// An event, which the browser makes happen.
    #[must_use]
    pub const fn event(mut self) -> Self {
        self.kind = Kind::Event;
        self.writable = true;
        self
    }

    /// A stream that keeps the last `ring` items.
    #[must_use]
    pub const fn stream(mut self, ring: usize) -> Self {
        self.kind = Kind::Stream;
        self.ring = ring;
        self
    }

    /// The browser may write it, if all of `checks` pass.
    #[must_use]
    pub const fn writable(mut self, checks: &'static [Check]) -> Self {
        self.writable = true;
        self.checks = checks;
        self
    }
}

/// The type of a property, for code that does not know it.
#[derive(Debug, Clone, Copy)]
pub struct PropType {
    /// The Rust type's name, for messages.
    pub name: fn() -> &'static str,
    pub(crate) decode: fn(&str) -> Result<Value, serde_json::Error>,
    pub(crate) schema: fn(&mut SchemaGenerator) -> Schema,
}

impl PropType {
    /// The table entry of `T`.
    pub const fn of<T: PropValue>() -> Self {
        Self { name: type_name::<T>, decode: Value::decode::<T>, schema: SchemaGenerator::subschema_for::<T> }
    }
}

/// A test of a value from the browser against its siblings. Numbers are places in [`ComponentInfo::props`].
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum Check {
    /// Within two sibling properties of the same numeric type, bounds included.
    Within {
        /// The property that holds the smallest value.
        min: usize,
        /// The property that holds the largest value.
        max: usize,
        /// Compares value, smallest and largest.
        test: fn(&Value, &Value, &Value) -> Result<(), String>,
    },
    /// One of the options that a sibling property lists.
    OneOf {
        /// The property that holds the options.
        options: usize,
        /// Compares value and options.
        test: fn(&Value, &Value) -> Result<(), String>,
    },
    /// A text of at most so many characters.
    MaxLen {
        /// The largest number of characters.
        limit: usize,
    },
}

impl Check {
    /// [`Check::Within`] for numbers of type `f64`, which must also be finite.
    pub const fn within(min: usize, max: usize) -> Self {
        Self::Within { min, max, test: test_within }
    }

    /// [`Check::OneOf`] for a value of type `T` and a sibling of type `O`.
    pub const fn one_of<T: PropValue, O: Options<T> + PropValue>(options: usize) -> Self {
        Self::OneOf { options, test: test_one_of::<T, O> }
    }

    /// [`Check::MaxLen`].
    pub const fn max_len(limit: usize) -> Self {
        Self::MaxLen { limit }
    }
}

fn test_within(value: &Value, min: &Value, max: &Value) -> Result<(), String> {
    // The macro uses this check on `f64` properties only, which it asserts by type.
    let [Some(value), Some(min), Some(max)] = [value, min, max].map(|value| value.get::<f64>().copied()) else {
        return Err("is not a number".to_owned());
    };
    if value.is_finite() && value >= min && value <= max {
        Ok(())
    } else {
        Err(format!("must be within {min} to {max}, and {value} is not"))
    }
}

fn test_one_of<T: PropValue, O: Options<T> + PropValue>(value: &Value, options: &Value) -> Result<(), String> {
    match (value.get::<T>(), options.get::<O>()) {
        (Some(value), Some(options)) if options.has(value) => Ok(()),
        _ => Err(format!("{} is not one of the options", value.json())),
    }
}

/// A property that lists what another one may be.
#[diagnostic::on_unimplemented(
    message = "`one_of` looks for a `{T}` among the options, and this property is a `{Self}`",
    label = "this does not list a `{T}`",
    note = "implement `Options<{T}>` for `{Self}`"
)]
pub trait Options<T> {
    /// Whether `value` is listed.
    fn has(&self, value: &T) -> bool;
}

/// A property that must be given in `layout`: has it been?
#[diagnostic::on_unimplemented(
    message = "nobody can tell whether a `{Self}` was given, so this property cannot be `required`",
    label = "a property of type `{Self}`",
    note = "make it an `Option<{Self}>`, or implement `Required` for a type of your own"
)]
pub trait Required {
    /// Whether there is something in it.
    fn is_given(&self) -> bool;
}

impl<T> Required for Vec<T> {
    fn is_given(&self) -> bool {
        !self.is_empty()
    }
}

impl Required for String {
    fn is_given(&self) -> bool {
        !self.is_empty()
    }
}

impl<T> Required for Option<T> {
    fn is_given(&self) -> bool {
        self.is_some()
    }
}

/// Values of one component's properties, in their order.
#[derive(Debug)]
pub struct Values<'a>(pub(crate) &'a [Option<Value>]);

impl Values<'_> {
    /// The value of the `index`-th property, or `otherwise` if it has none.
    pub fn get<T: PropValue>(&self, index: usize, otherwise: impl FnOnce() -> T) -> T {
        self.0.get(index).and_then(Option::as_ref).and_then(Value::get).cloned().unwrap_or_else(otherwise)
    }
}

/// As a component's field: an event property with a payload of type `T`.
#[derive(Debug, Clone, Copy)]
pub struct Event<T>(PhantomData<fn() -> T>);

impl<T> Default for Event<T> {
    fn default() -> Self {
        Self(PhantomData)
    }
}

/// As a component's field: a stream property with items of type `T`.
#[derive(Debug, Clone, Copy)]
pub struct Stream<T>(PhantomData<fn() -> T>);

impl<T> Default for Stream<T> {
    fn default() -> Self {
        Self(PhantomData)
    }
}

/// For expansions: the names of the required properties that were not given, for [`Component::missing`].
pub fn missing(required: &[(&'static str, bool)]) -> Vec<&'static str> {
    required.iter().filter(|(_, given)| !given).map(|(name, _)| *name).collect()
}
