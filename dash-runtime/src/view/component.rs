//! Components: a Rust struct, a custom element, and the table of properties that connects them.
//!
//! `#[derive(Component)]` implements [`Component`]. The author of the component implements [`Render`]. The fields of
//! the struct are its properties. In `layout`, the struct is a builder whose fields hold the start values. When the
//! page is rendered, the fields hold the current values.

use std::{any::type_name, marker::PhantomData};

use schemars::{Schema, SchemaGenerator};

use crate::{
    checks::Within,
    element::IntoElement,
    gates::Gate,
    history::HistoryType,
    html::Html,
    look::Shape,
    prop::{ComponentId, Kind, PropValue},
    value::Value,
};

/// The imports for the author of a component.
pub mod prelude {
    pub use schemars::JsonSchema;
    pub use serde::{Deserialize, Serialize};

    pub use super::{Component, Event, Library, Options, Render, Stream};
    pub use crate::{
        history::{HistoryItem, Numbers},
        html::Html,
        into_value::IntoValue,
        look::{Look, View, constant, own_id, words_of_id},
        prop::{ComponentId, PropValue},
    };
}

/// A part of the page that callbacks can read and write: a struct with `#[derive(Component)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a component",
    label = "not a component",
    note = "the fields of a `#[components]` struct are components such as `Slider` or `Text`; your own has `#[derive(Component)]`"
)]
pub trait Component: Render + IntoElement + Send + Sync + Sized + 'static {
    /// The properties as typed constants. This is the type of `Ui::brightness`.
    type Props: Copy;

    /// Name, element, script and properties.
    const INFO: &'static ComponentInfo;

    /// A component with the default value of every property.
    fn new(id: ComponentId) -> Self;

    /// The id of this component.
    fn id(&self) -> ComponentId;

    /// A component with these values, in the order of the properties.
    fn load(id: ComponentId, values: &Values<'_>) -> Self;

    /// The values, in the order of the properties. `None` for an event or a stream.
    ///
    /// # Errors
    /// The property whose value cannot be written as JSON, and the reason.
    fn values(&self) -> Result<Vec<Option<Value>>, String>;

    /// The required properties that have no value.
    fn missing(&self) -> Vec<&'static str>;
}

/// The HTML of a component before its script runs. Every component with a [`View`](crate::look::View) has it.
///
/// A component that implements it directly draws itself twice: here, and in its script when a value changes.
#[diagnostic::on_unimplemented(
    message = "nothing says yet how a `{Self}` looks",
    label = "`View` is missing",
    note = "write `impl View for {Self} {{ fn view(p: {Self}Bound, look: &mut Look) {{ .. }} }}`: what is inside of the element",
    note = "a component whose script draws it implements `Render` instead: what is inside of the element before its script runs"
)]
pub trait Render {
    /// Writes the content of the component's element, with the current values in `self`.
    ///
    /// The caller writes the element itself, with its tag and id.
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
    /// The ES module that defines the custom element. `None`: the component has a look and no behaviour of its own.
    pub script: Option<Module>,
    /// The large library that the script loads when it needs it.
    pub library: Option<Library>,
    /// The component's parts of the page's stylesheet. The page has a part that several components name once.
    pub styles: &'static [&'static str],
    /// The values of a component that has not been placed yet, in the order of the properties. `None` for an event or a
    /// stream. Returns the same errors as [`Component::values`].
    pub fresh: fn(ComponentId) -> Result<Vec<Option<Value>>, String>,
    /// The look, if the component has a [`View`](crate::look::View). The first call records it.
    pub look: fn() -> Option<&'static Shape>,
    /// The properties. The number of a property is its index here.
    pub props: &'static [PropInfo],
    /// What kind of gate it is, if it decides whether other components may be changed.
    pub gate: Option<Gate>,
}

impl ComponentInfo {
    /// The look, if the component has a [`View`](crate::look::View). The first call records it.
    pub fn look(&self) -> Option<&'static Shape> {
        (self.look)()
    }

    /// The index of the property that tells whether the component is disabled: a `bool` with the name `disabled`. Then
    /// the server refuses what browsers and programs want to change in it.
    pub(crate) fn disabled(&self) -> Option<usize> {
        let is_it = |prop: &PropInfo| prop.name == "disabled" && prop.kind == Kind::State && prop.ty.is::<bool>();
        self.props.iter().position(is_it)
    }
}

/// The JavaScript module of a component.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Module {
    /// The file name, as `script = ".."` gives it.
    pub file: &'static str,
    /// The source text.
    pub source: &'static str,
    /// Whether the module becomes part of the page's script, as the modules of the library do. The browser loads any
    /// other module by itself. If that fails, only the component of that module does not work.
    pub bundled: bool,
}

/// A large JavaScript library of others, which the script of a component loads when it needs it. A component names it with
/// `library = THREE_JS` in `#[component(..)]`.
///
/// The server serves it as a file of its own, which browsers and relays keep, because its address has the hash of its
/// content. It is compressed when it is first asked for. No page loads it before a script does, with its name:
///
/// ```js
/// const three = await import("./three.js");
/// ```
///
/// ```
/// use dash_runtime::component::Library;
///
/// # mod three_js { pub const SOURCE: &str = "export const Scene = class {};"; }
/// /// The text comes from a crate that has it.
/// const THREE_JS: Library = Library::new("three.js", || Ok(three_js::SOURCE));
/// # assert_eq!((THREE_JS.source)(), Ok(three_js::SOURCE));
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Library {
    /// The file name beside the page's script: lowercase letters, digits, `-`, `_` and `.`, with `.js` at its end.
    pub name: &'static str,
    /// The source text, or why there is none. A dashboard with the component calls it once, at its start.
    pub source: fn() -> Result<&'static str, String>,
}

impl Library {
    /// A library with this file name, for example `three.js`, and this source text. An error stops the start of a
    /// dashboard that has the component.
    pub const fn new(name: &'static str, source: fn() -> Result<&'static str, String>) -> Self {
        Self { name, source }
    }

    /// For expansions: names the type that `library = ..` expects.
    #[doc(hidden)]
    pub const fn of(library: Self) -> Self {
        library
    }
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
    /// Whether browsers may write it.
    pub writable: bool,
    /// For a stream: how many items are kept for clients that join later.
    pub ring: usize,
    /// The type of its value.
    pub ty: PropType,
    /// The checks for a value from a browser, besides its type.
    pub checks: &'static [Check],
    /// If a value is in effect only while the user holds the control: the index of the property with the deadline.
    pub held: Option<usize>,
    /// For a stream whose history can be kept: how an item is read and made.
    pub history: Option<HistoryType>,
}

impl PropInfo {
    /// A state property that only the server writes.
    pub const fn new(name: &'static str, doc: &'static str, ty: PropType) -> Self {
        Self { name, doc, kind: Kind::State, writable: false, ring: 0, ty, checks: &[], held: None, history: None }
    }

    /// An event, which browsers send.
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

    /// The items of the stream have a time, so that their history can be kept.
    #[must_use]
    pub const fn history(mut self, ty: HistoryType) -> Self {
        self.history = Some(ty);
        self
    }

    /// Lets browsers write the property, if the value passes all `checks`.
    #[must_use]
    pub const fn writable(mut self, checks: &'static [Check]) -> Self {
        self.writable = true;
        self.checks = checks;
        self
    }

    /// A value is in effect only while the user holds the control. `deadline` is the index of a property with a time in
    /// seconds. If the server hears nothing from the held control for so long, it sets the default value.
    #[must_use]
    pub const fn held(mut self, deadline: usize) -> Self {
        self.held = Some(deadline);
        self
    }
}

/// The type of a property, for code that is not generic over it.
#[derive(Debug, Clone, Copy)]
pub struct PropType {
    /// The Rust type's name, for messages.
    pub name: fn() -> &'static str,
    pub(crate) decode: fn(&str) -> Result<Value, serde_json::Error>,
    pub(crate) schema: fn(&mut SchemaGenerator) -> Schema,
}

impl PropType {
    /// Whether it is the entry for `T`.
    pub(crate) fn is<T>(&self) -> bool {
        (self.name)() == type_name::<T>()
    }

    /// The entry for `T`.
    pub const fn of<T: PropValue>() -> Self {
        Self { name: type_name::<T>, decode: Value::decode::<T>, schema: SchemaGenerator::subschema_for::<T> }
    }
}

/// A check of a value from a browser against other properties of the component. Numbers are indices in
/// [`ComponentInfo::props`].
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum Check {
    /// Within the values of two properties with the same numeric type, both bounds included.
    Within {
        /// The property that holds the smallest value.
        min: usize,
        /// The property that holds the largest value.
        max: usize,
        /// Compares value, smallest and largest.
        test: fn(&Value, &Value, &Value) -> Result<(), String>,
    },
    /// One of the options in another property.
    OneOf {
        /// The property that holds the options.
        options: usize,
        /// Compares value and options.
        test: fn(&Value, &Value) -> Result<(), String>,
    },
    /// A text with at most this many characters.
    MaxLen {
        /// The largest number of characters.
        limit: usize,
    },
}

impl Check {
    /// [`Check::Within`] for a value of type `T`, which must also be finite. The bounds are `f64`.
    pub const fn within<T: Within>(min: usize, max: usize) -> Self {
        Self::Within { min, max, test: test_within::<T> }
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

fn test_within<T: Within>(value: &Value, min: &Value, max: &Value) -> Result<(), String> {
    // The macro asserts the types.
    let [Some(min), Some(max)] = [min, max].map(|bound| bound.get::<f64>().copied()) else {
        return Err("is not a number".to_owned());
    };
    match value.get::<T>() {
        None => Err("is not a number".to_owned()),
        Some(value) if value.is_within(min, max) => Ok(()),
        Some(value) => Err(format!("must be within {min} to {max}, and {} is not", value.written())),
    }
}

fn test_one_of<T: PropValue, O: Options<T> + PropValue>(value: &Value, options: &Value) -> Result<(), String> {
    match (value.get::<T>(), options.get::<O>()) {
        (Some(known), Some(options)) if options.has(known) => Ok(()),
        (_, Some(options)) => Err(options.refusal(value.json())),
        _ => Err(format!("{} is not one of the options", value.json())),
    }
}

/// A property that lists the allowed values of another property.
#[diagnostic::on_unimplemented(
    message = "`one_of` looks for a `{T}` among the options, and this property is a `{Self}`",
    label = "this does not list a `{T}`",
    note = "implement `Options<{T}>` for `{Self}`"
)]
pub trait Options<T> {
    /// Whether the options contain `value`.
    fn has(&self, value: &T) -> bool;

    /// Why a value that they do not contain is refused. `value` is its JSON.
    fn refusal(&self, value: &str) -> String {
        format!("{value} is not one of the options")
    }
}

/// A type for which the library can tell whether `layout` has given a value, as `required` needs it.
#[diagnostic::on_unimplemented(
    message = "a `{Self}` is never empty, so this property cannot be `required`",
    label = "a property of type `{Self}`",
    note = "make it an `Option<{Self}>`, or implement `Required` for a type of your own"
)]
pub trait Required {
    /// Whether there is a value.
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

/// The values of one component's properties, in the order of the properties.
#[derive(Debug)]
pub struct Values<'a>(pub(crate) &'a [Option<Value>]);

impl Values<'_> {
    /// The value of the `index`-th property, or `otherwise()` if it has none.
    pub fn get<T: PropValue>(&self, index: usize, otherwise: impl FnOnce() -> T) -> T {
        self.0.get(index).and_then(Option::as_ref).and_then(Value::get).cloned().unwrap_or_else(otherwise)
    }
}

/// The type of a component's field for an event property with a payload of type `T`.
#[derive(Debug, Clone, Copy)]
pub struct Event<T>(PhantomData<fn() -> T>);

impl<T> Default for Event<T> {
    fn default() -> Self {
        Self(PhantomData)
    }
}

/// The type of a component's field for a stream property with items of type `T`.
#[derive(Debug, Clone, Copy)]
pub struct Stream<T>(PhantomData<fn() -> T>);

impl<T> Default for Stream<T> {
    fn default() -> Self {
        Self(PhantomData)
    }
}

/// For expansions: the names of the required properties without a value, for [`Component::missing`].
pub fn missing(required: &[(&'static str, bool)]) -> Vec<&'static str> {
    required.iter().filter(|(_, given)| !given).map(|(name, _)| *name).collect()
}
