//! Bindings: properties that belong together without a callback, and values that browsers compute without a round trip.
//!
//! A [`Binding`] is a constant. `bindings![..]` makes it from an entry such as `bind(Ui::a.value, Ui::b.value)`, and
//! checks it together with the callbacks ([`check`]) while the user's crate compiles. `bind` keeps two properties equal.
//! `alarm` is a condition that the server evaluates ([`alarm`]). All other bindings compute something from properties in
//! each browser. The server computes it only for the first paint, and does not store it.

pub mod alarm;
pub(crate) mod aliases;
pub mod check;
mod script;
mod template;

use std::{fmt, marker::PhantomData};

pub(crate) use template::{Template, plain};

use crate::{
    callback::message::Message,
    components::{Components, Shows},
    fields::Page,
    format,
    prop::{ComponentId, Kind, Port, Prop, PropKind, PropValue, kind},
    rows::ListProps,
    value::Value,
};

/// One entry of `bindings![..]`.
#[derive(Debug, Clone, Copy)]
pub struct Binding {
    pub(crate) how: How,
}

/// The kind of a binding.
#[derive(Debug, Clone, Copy)]
#[allow(clippy::large_enum_variant, reason = "a few constants, made without a heap")]
pub(crate) enum How {
    /// Both properties are one: changing either changes both.
    Same(Port, Port),
    /// Each browser computes something.
    Computed(Computed),
    /// The server raises an alarm.
    Alarm(alarm::Alarm),
}

/// What each browser computes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Computed {
    /// The word in `bindings![..]`.
    pub(crate) word: &'static str,
    inputs: [Option<Port>; INPUTS],
    pub(crate) target: Target,
    pub(crate) rule: Rule,
    /// A fault of its text or file.
    pub(crate) fault: Option<Fault>,
}

/// A fault of the text of `format`, or of the file of `script`.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Fault {
    Text(&'static str),
    /// The file does not export the function with this name.
    NoFunction(&'static str),
}

impl Fault {
    pub(crate) const fn message(&self) -> Message {
        match self {
            Self::Text(text) => Message::new().put(text),
            Self::NoFunction(name) => {
                let message = Message::new().put("this file has no `export function ").put(name);
                message.put("(..)`: the function is exported, and is called like the file")
            }
        }
    }
}

/// The result of the computation.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Target {
    /// The value of a property.
    Prop(Port),
    /// Whether a component is shown.
    Shown(ComponentId),
}

/// How it is computed.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Rule {
    /// The input itself.
    Mirror(fn(&Value) -> Option<Value>),
    /// A text with the input in it.
    Format(Template, Shape),
    /// Shows a component while the input is true.
    Show,
    /// A function in the author's JavaScript module.
    Script(Script),
}

/// A function in a JavaScript module.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Script {
    /// The name that the module exports.
    pub(crate) name: &'static str,
    /// The module.
    pub(crate) source: &'static str,
}

/// The largest number of inputs of a script.
pub const INPUTS: usize = 8;

impl Computed {
    pub(crate) const fn input(&self, at: usize) -> Option<&Port> {
        if at < INPUTS { self.inputs[at].as_ref() } else { None }
    }

    pub(crate) fn inputs(&self) -> impl Iterator<Item = &Port> {
        self.inputs.iter().flatten()
    }
}

impl Rule {
    /// The result for these inputs. `None` if only browsers can compute it.
    pub(crate) fn value(&self, inputs: &[&Value]) -> Option<Value> {
        let input = inputs.first()?;
        match self {
            Self::Mirror(convert) => convert(input),
            Self::Format(template, shape) => Value::new(template.with(&shape.written(input, template.digits)?)).ok(),
            Self::Show | Self::Script(_) => None,
        }
    }
}

/// The bindings of a dashboard, made by `bindings![..]`.
pub struct Bindings<D: 'static> {
    list: &'static [Binding],
    dashboard: PhantomData<fn(D)>,
}

impl<D> fmt::Debug for Bindings<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.list).finish()
    }
}

impl<D: Components> Bindings<D> {
    /// No bindings. This is the default of a dashboard.
    pub const NONE: Self = Self::new(&[]);

    /// For `bindings!`: the list, which the macro checks.
    #[doc(hidden)]
    pub const fn new(list: &'static [Binding]) -> Self {
        Self { list, dashboard: PhantomData }
    }

    /// For `bindings!`: the list names components of `C`.
    #[doc(hidden)]
    #[must_use]
    pub const fn of<C>(self) -> Self
    where
        D: Shows<C>,
    {
        self
    }

    pub(crate) const fn list(&self) -> &'static [Binding] {
        self.list
    }
}

/// A property that can be bound.
#[diagnostic::on_unimplemented(
    message = "only a property with a current value can be bound to another",
    label = "an event or a stream has no current value",
    note = "what an event or a new item leads to is said by a callback"
)]
pub trait Bindable {
    /// The type of its value.
    type Value;
}

impl<T> Bindable for Prop<T> {
    type Value = T;
}

/// A type without values. With a single implementation of a trait, the compiler would infer the property's type from
/// it, and report mismatched types instead of the trait's message.
#[derive(Debug)]
#[allow(dead_code, reason = "what counts is that there is an implementation")]
enum Nobody {}

#[diagnostic::do_not_recommend]
impl Bindable for Prop<Nobody, kind::Event> {
    type Value = Nobody;
}

/// For `bindings!`: a property that is bound. Where there is no current value, the result has no type, so that this is
/// reported and not the type too.
pub const fn bound<T, K: PropKind>(prop: Prop<T, K>) -> Prop<<Prop<T, K> as Bindable>::Value>
where
    Prop<T, K>: Bindable,
{
    prop.state()
}

/// `T` itself, for two properties that hold values of one type.
#[diagnostic::on_unimplemented(
    message = "`bind` makes one of two properties, and these hold different types: `{T}` and `{Self}`",
    label = "holds a `{Self}`, and the first one a `{T}`",
    note = "let a callback write the second one from the first; `mirror` shows a number as it is, and `format` a number as a text"
)]
pub trait SameAs<T> {}

impl<T> SameAs<T> for T {}

/// For `bindings!`: `bind(a, b)`.
pub const fn bind<T, U: SameAs<T>>(a: Prop<T>, b: Prop<U>) -> Binding {
    Binding { how: How::Same(a.port(Kind::State), b.port(Kind::State)) }
}

const fn computed(word: &'static str, input: Port, target: Target, rule: Rule) -> Binding {
    let mut inputs = [None; INPUTS];
    inputs[0] = Some(input);
    Binding { how: How::Computed(Computed { word, inputs, target, rule, fault: None }) }
}

/// The values that a property of type `Self` can mirror: those of type `Self`, and, if `Self` is an `Option`, those of
/// its inner type.
#[diagnostic::on_unimplemented(
    message = "`mirror` cannot show a value of type `{T}` in a property of type `{Self}`",
    label = "not of type `{T}` or `Option<{T}>`",
    note = "for a number as a text write `format(from, to, \"{{:.1}}\")`; for anything else a callback or a `script`"
)]
pub trait Mirrors<T> {
    #[doc(hidden)]
    fn mirror(value: T) -> Self;
}

impl<T> Mirrors<T> for T {
    fn mirror(value: T) -> Self {
        value
    }
}

impl<T> Mirrors<T> for Option<T> {
    fn mirror(value: T) -> Self {
        Some(value)
    }
}

/// For `bindings!`: `mirror(from, to)`.
pub const fn mirror<T, U, A: PropKind, B: PropKind>(from: Prop<T, A>, to: Prop<U, B>) -> Binding
where
    T: PropValue,
    U: PropValue + Mirrors<T>,
    Prop<T, A>: Bindable,
    Prop<U, B>: Bindable,
{
    fn convert<T: PropValue, U: PropValue + Mirrors<T>>(value: &Value) -> Option<Value> {
        Value::new(U::mirror(value.get::<T>()?.clone())).ok()
    }
    computed("mirror", from.port(A::KIND), Target::Prop(to.port(B::KIND)), Rule::Mirror(convert::<T, U>))
}

/// The types of value that `format` can write.
#[derive(Debug, Clone, Copy)]
#[doc(hidden)]
pub enum Shape {
    Number(fn(&Value) -> Option<Option<f64>>),
    Text,
}

impl Shape {
    fn written(self, value: &Value, digits: Option<u8>) -> Option<String> {
        match self {
            Self::Number(number) => Some(format::number(number(value)?, digits)),
            Self::Text => value.get::<String>().cloned(),
        }
    }
}

/// A type that `format` can write: `f64`, `Option<f64>` (`None` is a dash) and `String`.
#[diagnostic::on_unimplemented(
    message = "`format` writes numbers and texts, and this property is a `{Self}`",
    label = "not of type `f64`, `Option<f64>` or `String`",
    note = "let a callback or a `script` write it"
)]
pub trait Formats {
    #[doc(hidden)]
    const SHAPE: Shape;
}

impl Formats for f64 {
    const SHAPE: Shape = Shape::Number(|value| Some(value.get::<Self>().copied()));
}

impl Formats for Option<f64> {
    const SHAPE: Shape = Shape::Number(|value| value.get::<Self>().copied());
}

impl Formats for String {
    const SHAPE: Shape = Shape::Text;
}

/// A type of property that `format` can write: `String`.
#[diagnostic::on_unimplemented(
    message = "`format` writes a text, and this property holds a `{Self}`",
    label = "not a `String`",
    note = "for a number as it is write `mirror(from, to)`; for anything else a callback or a `script`"
)]
pub trait TakesText {}

impl TakesText for String {}

/// For `bindings!`: `format(from, to, text)`.
pub const fn format<T: Formats, U: TakesText, A: PropKind, B: PropKind>(
    from: Prop<T, A>,
    to: Prop<U, B>,
    text: &'static str,
) -> Binding
where
    Prop<T, A>: Bindable,
    Prop<U, B>: Bindable,
{
    let (template, fault) = match Template::of(text) {
        Ok(template) => (template, None),
        Err(why) => (Template::EMPTY, Some(Fault::Text(why))),
    };
    let (mut inputs, target) = ([None; INPUTS], Target::Prop(to.port(B::KIND)));
    inputs[0] = Some(from.port(A::KIND));
    let fault = match (fault, T::SHAPE, template.digits) {
        (None, Shape::Text, Some(_)) => Some(Fault::Text("a text has no decimals: write `{}` where it belongs")),
        (fault, ..) => fault,
    };
    let rule = Rule::Format(template, T::SHAPE);
    Binding { how: How::Computed(Computed { word: "format", inputs, target, rule, fault }) }
}

/// A type that says whether something is shown: `bool`.
#[diagnostic::on_unimplemented(
    message = "`show_when` needs a property that is `true` or `false`, and this one is a `{Self}`",
    label = "not a `bool`",
    note = "name a `bool`, such as `Ui::expert.on` of a switch; for anything else let a callback write one"
)]
pub trait YesOrNo {}

impl YesOrNo for bool {}

/// For `bindings!`: `show_when(from, component)`.
pub const fn show_when<T: YesOrNo, A: PropKind>(from: Prop<T, A>, component: ComponentId) -> Binding
where
    Prop<T, A>: Bindable,
{
    computed("show_when", from.port(A::KIND), Target::Shown(component), Rule::Show)
}

/// A type that `show_when` accepts. The constants of a component or of a list implement it.
#[diagnostic::on_unimplemented(
    message = "`show_when` shows one component or one list, and this is something else",
    label = "a component is meant here",
    note = "a component of the page is `Ui::details`, one in a group `Ui::left.details`, and an element of an array `Ui::lamps[3]`",
    note = "to show or hide a whole group, write an entry for each of its components, or place the group in a `Container`"
)]
pub trait Showable {}

impl<K, P> Showable for ListProps<K, P> {}

/// For `bindings!`: the component of `P` with the id `id`. The user names `_props`, its properties, so the compiler
/// finds a wrong name. The plan finds its number.
pub const fn component<P: Page, C: Showable + Copy>(_props: C, id: &'static str) -> ComponentId {
    ComponentId::new(P::OWNER, id, 0)
}

/// For `bindings!`: a property that a script reads.
pub const fn input<T, K: PropKind>(prop: Prop<T, K>) -> Port
where
    Prop<T, K>: Bindable,
{
    prop.port(K::KIND)
}

/// For `bindings!`: `script("name.js", (a, b), to)`.
pub const fn script<const N: usize, T, K: PropKind>(
    name: &'static str,
    source: &'static str,
    ports: [Port; N],
    to: Prop<T, K>,
) -> Binding
where
    Prop<T, K>: Bindable,
{
    let fault = if script::exports(source, name) { None } else { Some(Fault::NoFunction(name)) };
    let mut inputs = [None; INPUTS];
    let mut i = 0;
    while i < N && i < INPUTS {
        inputs[i] = Some(ports[i]);
        i += 1;
    }
    let (target, rule) = (Target::Prop(to.port(K::KIND)), Rule::Script(Script { name, source }));
    Binding { how: How::Computed(Computed { word: "script", inputs, target, rule, fault }) }
}
