//! The page as a tree of placed components and plain HTML.

use std::{borrow::Cow, fmt, mem, sync::Arc};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::{
    component::{Component, ComponentInfo, Values},
    fields::PlacedByCallbacks,
    html::{Html, Tree},
    into_value::IntoValue,
    numbers::RowNo,
    prop::{ComponentId, InRow},
    rights::Viewer,
    rows::Template,
    value::Value,
};

/// A piece of a page. `layout` returns one. Components and strings are converted to one where they are placed.
///
/// It can also be the value of a property, such as `children` of a `Container`: the page shows what a callback returns
/// for it. A clone shares the memory of the original. Its JSON is a list of nodes. A node is a text or
/// `["tag",{"attribute":"value"},[nodes]]`. A component is an element with its id. Browsers cannot write such a
/// property.
#[derive(Clone, Default)]
pub struct Element {
    node: Arc<Node>,
}

mod recalled;

pub(crate) use recalled::reading;

#[derive(Clone)]
enum Node {
    Tag {
        name: &'static str,
        attrs: Vec<(&'static str, Cow<'static, str>)>,
        style: &'static str,
        children: Vec<Element>,
    },
    Text(Cow<'static, str>),
    Component(Arc<dyn Placed>),
    Several(Vec<Element>),
}

impl Default for Node {
    fn default() -> Self {
        Self::Several(Vec::new())
    }
}

impl fmt::Debug for Element {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.node {
            Node::Tag { name, attrs, children, .. } => {
                f.debug_struct("Tag").field("name", name).field("attrs", attrs).field("children", children).finish()
            }
            Node::Text(text) => f.debug_tuple("Text").field(text).finish(),
            Node::Component(placed) => f.debug_tuple("Component").field(&placed.id()).finish(),
            Node::Several(children) => f.debug_list().entries(children).finish(),
        }
    }
}

impl Element {
    /// An HTML element. Elements that could run a script or load another page (such as `script` and `iframe`) are not
    /// written to the page.
    pub fn new(name: &'static str) -> Self {
        Node::Tag { name, attrs: Vec::new(), style: "", children: Vec::new() }.into()
    }

    /// Several components, texts or elements as one, without an element around them. They are a tuple or a list.
    pub fn of(children: impl Children) -> Self {
        let mut several = Vec::new();
        children.push_into(&mut several);
        Node::Several(several).into()
    }

    /// Adds an attribute. `style`, `on…` and `javascript:` addresses are not written to the page, because the page's
    /// content security policy would refuse them.
    #[must_use]
    pub fn attr(mut self, name: &'static str, value: impl IntoValue<Cow<'static, str>>) -> Self {
        if let Node::Tag { attrs, .. } = Arc::make_mut(&mut self.node) {
            attrs.push((name, value.into_value()));
        }
        self
    }

    /// Adds a stylesheet to the page's stylesheet. If several elements have the same one, the page has it once.
    ///
    /// The page's stylesheet is made at the start, from the elements that `layout` placed. The stylesheet of an element
    /// that only callbacks make is not in it.
    #[must_use]
    pub fn stylesheet(mut self, css: &'static str) -> Self {
        if let Node::Tag { style, .. } = Arc::make_mut(&mut self.node) {
            *style = css;
        }
        self
    }

    /// Adds a word to the attribute `class`.
    #[must_use]
    pub fn class(mut self, name: impl fmt::Display) -> Self {
        if let Node::Tag { attrs, .. } = Arc::make_mut(&mut self.node) {
            match attrs.iter_mut().find(|(attr, _)| *attr == "class") {
                Some((_, classes)) => *classes = format!("{classes} {name}").into(),
                None => attrs.push(("class", name.to_string().into())),
            }
        }
        self
    }

    /// The items of `children`. Those of [`Element::of`] are items of their own.
    pub fn list(children: impl Children) -> Vec<Self> {
        let mut items = Vec::new();
        children.push_into(&mut items);
        items
            .into_iter()
            .flat_map(
                |item| if let Node::Several(parts) = &*item.node { Self::list(parts.clone()) } else { vec![item] },
            )
            .collect()
    }

    /// The name of the HTML element, or of a component's custom element. `None` for a text.
    pub fn tag(&self) -> Option<&'static str> {
        match &*self.node {
            Node::Tag { name, .. } => Some(name),
            Node::Component(placed) => Some(placed.info().tag),
            Node::Text(_) | Node::Several(_) => None,
        }
    }

    /// What was added with [`children`](Self::children). A component has none.
    pub fn inside(&self) -> &[Self] {
        match &*self.node {
            Node::Tag { children, .. } | Node::Several(children) => children,
            Node::Text(_) | Node::Component(_) => &[],
        }
    }

    /// Appends children.
    #[must_use]
    pub fn children(mut self, more: impl Children) -> Self {
        if let Node::Tag { children, .. } | Node::Several(children) = Arc::make_mut(&mut self.node) {
            more.push_into(children);
        }
        self
    }

    /// A text. It is escaped.
    pub fn text(text: impl IntoValue<Cow<'static, str>>) -> Self {
        Node::Text(text.into_value()).into_value()
    }

    pub(crate) fn component(component: impl Component) -> Self {
        Self::placing(component)
    }

    pub(crate) fn placing(placed: impl Placed + 'static) -> Self {
        Node::Component(Arc::new(placed)).into()
    }

    /// All components in this element, in the order of the page, with those in the properties of other components.
    pub(crate) fn placed(&self) -> Vec<Arc<dyn Placed>> {
        let mut found = Vec::new();
        self.walk(&mut |node| {
            if let Node::Component(placed) = node {
                found.push(Arc::clone(placed));
            }
        });
        found
    }

    /// The components that are directly in this element, and not in a property of another component.
    pub(crate) fn here(&self) -> Vec<Arc<dyn Placed>> {
        match &*self.node {
            Node::Tag { children, .. } | Node::Several(children) => children.iter().flat_map(Self::here).collect(),
            Node::Text(_) => Vec::new(),
            Node::Component(placed) => vec![Arc::clone(placed)],
        }
    }

    /// The stylesheets of its elements, each once.
    pub(crate) fn stylesheets(&self) -> Vec<&'static str> {
        let mut found = Vec::new();
        self.walk(&mut |node| match node {
            Node::Tag { style, .. } if !style.is_empty() && !found.contains(style) => found.push(*style),
            Node::Component(placed) => {
                let samples = placed.samples();
                let new = samples.iter().flat_map(Self::stylesheets).filter(|style| !found.contains(style));
                found.extend(new.collect::<Vec<_>>());
            }
            _ => {}
        });
        found
    }

    /// The stylesheet of its brand: that of an element with the attribute `data-brand`.
    pub(crate) fn brand(&self) -> Option<&'static str> {
        let mut found = None;
        self.walk(&mut |node| match node {
            Node::Tag { style, attrs, .. } if attrs.iter().any(|(name, _)| *name == "data-brand") => {
                found = Some(*style);
            }
            _ => {}
        });
        found
    }

    fn walk(&self, visit: &mut dyn FnMut(&Node)) {
        visit(&self.node);
        match &*self.node {
            Node::Tag { children, .. } | Node::Several(children) => children.iter().for_each(|child| child.walk(visit)),
            Node::Text(_) => {}
            Node::Component(placed) => placed.elements().iter().for_each(|element| element.walk(visit)),
        }
    }

    /// The value of the first attribute `wanted` of this HTML element, or of the first of several that has it.
    pub fn attribute(&self, wanted: &str) -> Option<&str> {
        match &*self.node {
            Node::Tag { attrs, .. } => attrs.iter().find(|(name, _)| *name == wanted).map(|(_, value)| &**value),
            Node::Several(children) => children.iter().find_map(|child| child.attribute(wanted)),
            _ => None,
        }
    }

    /// The element with `content` in the HTML element that has the attribute `place`. `None` if there is none.
    pub(crate) fn filled(&self, place: &str, content: &Self) -> Option<Self> {
        self.changed(&|name, _| name == place, &|element| element.children(content.clone()))
    }

    /// The element with `change` in the place of the first HTML element of this class. `None` if there is none.
    pub(crate) fn with(&self, class: &str, change: &dyn Fn(Self) -> Self) -> Option<Self> {
        self.changed(&|name, value| name == "class" && value == class, change)
    }

    /// The element with `change` in the place of the first HTML element with an attribute, name and value, that is the wanted
    /// one. `None` if there is none. What is not changed is not copied.
    fn changed(&self, is_wanted: &dyn Fn(&str, &str) -> bool, change: &dyn Fn(Self) -> Self) -> Option<Self> {
        match &*self.node {
            Node::Tag { attrs, .. } if attrs.iter().any(|(name, value)| is_wanted(name, value)) => {
                Some(change(self.clone()))
            }
            Node::Tag { children, .. } | Node::Several(children) => {
                let (at, found) = children
                    .iter()
                    .enumerate()
                    .find_map(|(at, child)| Some((at, child.changed(is_wanted, change)?)))?;
                let mut changed = self.clone();
                if let Node::Tag { children, .. } | Node::Several(children) = Arc::make_mut(&mut changed.node) {
                    children[at] = found;
                }
                Some(changed)
            }
            Node::Text(_) | Node::Component(_) => None,
        }
    }

    /// The element without the HTML elements that have the attribute `place`.
    pub(crate) fn without(mut self, place: &str) -> Self {
        fn has(node: &Node, place: &str) -> bool {
            matches!(node, Node::Tag { attrs, .. } if attrs.iter().any(|(name, _)| *name == place))
        }
        if let Node::Tag { children, .. } | Node::Several(children) = Arc::make_mut(&mut self.node) {
            children.retain(|child| !has(&child.node, place));
            for child in children {
                *child = mem::take(child).without(place);
            }
        }
        self
    }

    /// Writes this element. A component has its current values if `html` has them, and otherwise the values of
    /// `layout`.
    pub(crate) fn render(&self, html: &mut Html) {
        match &*self.node {
            Node::Tag { name, attrs, children, .. } => {
                if !is_harmless_tag(name) || (*name == SECTION && self.is_withheld(html)) {
                    return;
                }
                // The script does the same for elements that come later (`client/tree.js`).
                let route = attrs.iter().find(|(name, _)| *name == ROUTE).and_then(|(_, path)| html.address(path));
                let mut tag = html.tag(name);
                if let Some((address, here)) = route {
                    tag = tag.attr("href", address).opt("aria-current", here.then_some("page"));
                }
                for (name, value) in attrs.iter().filter(|(name, value)| is_harmless(name, value)) {
                    tag = tag.attr(name, value);
                }
                if matches!(*name, "br" | "hr" | "img" | "input" | "wbr") {
                    tag.void();
                } else {
                    tag.inner(|html| children.iter().for_each(|child| child.render(html)));
                }
            }
            Node::Text(text) => html.text(text),
            Node::Several(children) => children.iter().for_each(|child| child.render(html)),
            Node::Component(placed) => {
                let id = html.here(placed.id());
                if html.withholds(id) {
                    return;
                }
                let info = placed.info();
                let current = html.current(id);
                let locked = match &current {
                    Some(shown) => shown.locked.clone(),
                    None => html.locked(id).filter(|_| info.props.iter().any(|prop| prop.writable)),
                };
                let bad = current.as_ref().and_then(|shown| shown.bad.as_ref());
                let refused = current.as_ref().is_some_and(|shown| shown.refused);
                // The script sets the same attributes (`client/element.js`). They are here so that the value is not shown as
                // a good one before the script runs.
                let tag = html
                    .tag(info.tag)
                    .attr("id", id.name())
                    .opt("data-refused", bad.filter(|_| refused))
                    .flag("hidden", current.as_ref().is_some_and(|shown| shown.hidden))
                    .opt("data-locked", locked.as_ref());
                let draw = |html: &mut Html| match (&current, &locked) {
                    (Some(shown), _) => placed.render_with(id, &Values(&shown.values), html),
                    (None, Some(_)) => placed.render_disabled(id, html),
                    (None, None) => placed.render_as_placed(id, html),
                };
                let write = |html: &mut Html| {
                    if html.looks_on && locked.is_some() {
                        html.looked_at(draw);
                    } else {
                        draw(html);
                    }
                    if let Some(why) = bad.filter(|_| refused) {
                        // As the script does, so that nothing moves when it runs.
                        html.tag("span").attr("class", "dd-refused").attr("role", "status").text(why);
                    }
                };
                match (&current, bad) {
                    (Some(shown), Some(why)) if !refused => {
                        let at = info.props.iter().position(|prop| prop.name == "label");
                        let label =
                            at.and_then(|at| shown.values[at].as_ref()?.get::<String>()).filter(|it| !it.is_empty());
                        let name = label.cloned().unwrap_or_else(|| id.words());
                        tag.bad(&name, why, HOLDERS.contains(&info.tag), write);
                    }
                    _ => tag.inner(write),
                }
            }
        }
    }

    /// Whether it has components and the viewer may see none of them. A page of a router stays: it has an address.
    fn is_withheld(&self, html: &Html) -> bool {
        let is_page = self.attribute("data-title").is_some();
        let here = if is_page { Vec::new() } else { self.here() };
        !here.is_empty() && here.iter().all(|placed| html.withholds(html.here(placed.id())))
    }

    /// The element as data, for a viewer, and in the row with this number if there is one.
    pub(crate) fn tree_for(&self, viewer: Option<Viewer>, row: Option<RowNo>) -> Vec<Tree> {
        Html::tree(viewer, |html| match row {
            Some(row) => html.in_row(row, |html| self.render(html)),
            None => self.render(html),
        })
    }
}

impl From<&'static str> for Element {
    fn from(text: &'static str) -> Self {
        Self::text(text)
    }
}

impl From<String> for Element {
    fn from(text: String) -> Self {
        Self::text(text)
    }
}

impl<C: Component> From<C> for Element {
    fn from(component: C) -> Self {
        Self::component(component)
    }
}

impl From<Node> for Element {
    fn from(node: Node) -> Self {
        Self { node: Arc::new(node) }
    }
}

/// A part of the page with a heading. It is left out if all its components are withheld.
const SECTION: &str = "section";

/// Components that hold others, which have marks of their own. `client/element.js` has the same list.
const HOLDERS: [&str; 3] = ["dd-rows", "dd-container", "dd-router"];

/// The attribute of a link to a page of the dashboard, with its path. The address depends on where the dashboard is
/// mounted.
const ROUTE: &str = "data-route";

/// Rejects elements that load scripts, styles or other pages. The page's script rejects the same elements
/// (`client/tree.js`).
pub(super) fn is_harmless_tag(name: &str) -> bool {
    const REFUSED: [&str; 9] = ["base", "embed", "frame", "iframe", "link", "meta", "object", "script", "style"];
    !REFUSED.iter().any(|refused| name.eq_ignore_ascii_case(refused))
}

/// Rejects attributes that run a script or set a style.
pub(super) fn is_harmless(name: &str, value: &str) -> bool {
    let name = name.to_ascii_lowercase();
    if name.starts_with("on") || name == "style" || name == "srcdoc" {
        return false;
    }
    if !["action", "formaction", "href", "src", "xlink:href"].contains(&&*name) {
        return true;
    }
    // Browsers ignore white space before a scheme, and line ends in it.
    let scheme = value.chars().filter(|c| !c.is_whitespace() && !c.is_control()).take("javascript:".len());
    !scheme.collect::<String>().eq_ignore_ascii_case("javascript:")
}

impl Serialize for Element {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.tree_for(None, None).serialize(serializer)
    }
}

/// Always fails, except within `reading`: only the server makes elements.
impl<'de> Deserialize<'de> for Element {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match recalled::find() {
            Some(find) => recalled::read(deserializer, &*find),
            None => Err(D::Error::custom("an element is made by the server only")),
        }
    }
}

impl JsonSchema for Element {
    fn schema_name() -> Cow<'static, str> {
        "Element".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A piece of the page.",
            "type": "array",
            "items": generator.subschema_for::<Tree>(),
        })
    }
}

/// What a component shows at one moment.
pub(crate) struct Shown {
    pub(crate) values: Vec<Option<Value>>,
    /// Why one of the values is not good.
    pub(crate) bad: Option<Arc<str>>,
    /// Whether that is because the device has refused it.
    pub(crate) refused: bool,
    /// Whether a binding hides the component.
    pub(crate) hidden: bool,
    /// Why the viewer may not change it.
    pub(crate) locked: Option<String>,
}

/// A placed component without its type.
pub(crate) trait Placed: Send + Sync {
    fn info(&self) -> &'static ComponentInfo;
    fn id(&self) -> ComponentId;
    fn values(&self) -> Result<Vec<Option<Value>>, String>;
    fn missing(&self) -> Vec<&'static str>;
    /// `id` is the component's id, with the row that it is in.
    fn render_with(&self, id: ComponentId, values: &Values<'_>, html: &mut Html);
    fn render_as_placed(&self, id: ComponentId, html: &mut Html);

    /// Like [`render_as_placed`](Self::render_as_placed), but disabled.
    fn render_disabled(&self, id: ComponentId, html: &mut Html) {
        let (disabled, values) = (self.info().disabled(), self.values());
        let (Some(at), Ok(mut values), Ok(on)) = (disabled, values, Value::new(true)) else {
            return self.render_as_placed(id, html);
        };
        if let Some(value) = values.get_mut(at) {
            *value = Some(on);
        }
        self.render_with(id, &Values(&values), html);
    }

    /// If this is a list of rows: how its rows are made.
    fn template(&self) -> Option<&Template> {
        None
    }

    /// If this is a list of rows: the rows at the start.
    fn samples(&self) -> Vec<Element> {
        Vec::new()
    }

    /// The elements in its properties.
    fn elements(&self) -> Vec<Element> {
        // Errors are ignored here: the start reports a value that cannot be written.
        let values = self.values().unwrap_or_default();
        values.iter().flatten().filter_map(|value| value.get::<Element>().cloned()).collect()
    }
}

impl<C: Component> Placed for C {
    fn info(&self) -> &'static ComponentInfo {
        C::INFO
    }

    fn id(&self) -> ComponentId {
        Component::id(self)
    }

    fn values(&self) -> Result<Vec<Option<Value>>, String> {
        Component::values(self)
    }

    fn missing(&self) -> Vec<&'static str> {
        Component::missing(self)
    }

    fn render_with(&self, id: ComponentId, values: &Values<'_>, html: &mut Html) {
        match C::INFO.look() {
            Some(shape) => shape.draw(id, values.0, html),
            None => C::load(id, values).render(html),
        }
    }

    fn render_as_placed(&self, id: ComponentId, html: &mut Html) {
        match (id.row(), Component::values(self)) {
            // `self` has an id without a row.
            (InRow::Numbered(_), Ok(values)) => self.render_with(id, &Values(&values), html),
            _ => self.render(html),
        }
    }
}

/// Anything that can be placed on a page: elements, components, texts.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be shown as `Element`",
    label = "this cannot be placed on a page",
    note = "components, `Element`s, `&str` and `String` can be placed; write a number with `format!`; a `Vec` of one type goes in `row(..)`, `column(..)` or `grid(..)`, or in `Element::of(..)`, and components of several types go there as a tuple, `row((self.speed, self.stop))`",
    note = "a component of the page is placed with `self.name` in `layout`, and with `Ui::name.place()` in a callback if it is marked `#[dynamic]`",
    note = "a group is placed by its parts, as in `row((self.left.speed, self.left.readout))`, and a list with `self.lamps.each(|key, lamp| ..)`"
)]
pub trait IntoElement: Children {
    /// Converts it to a piece of the page.
    fn into_element(self) -> Element;
}

impl IntoElement for Element {
    fn into_element(self) -> Element {
        self
    }
}

impl IntoElement for &'static str {
    fn into_element(self) -> Element {
        Element::text(self)
    }
}

impl IntoElement for String {
    fn into_element(self) -> Element {
        Element::text(self)
    }
}

/// What an element may contain: one item, a tuple of up to 16 items, a list, or `()`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be shown as `Element`",
    label = "this cannot be placed on a page",
    note = "place one component, `Element`, `&str` or `String`; a tuple of up to 16 of them, `row((self.speed, self.stop))`; or a `Vec` of one type",
    note = "a component of the page is placed with `self.name` in `layout`, and with `Ui::name.place()` in a callback"
)]
pub trait Children {
    #[doc(hidden)]
    fn push_into(self, children: &mut Vec<Element>);
}

// Not for every `IntoElement`, and that not for every `Component`: with a single implementation for each type, the
// compiler reports what is missing for it, and of a tuple the item that cannot be placed. So `#[derive(Component)]`
// implements both for its component.
macro_rules! one {
    ($($item:ty),*) => {$(
        impl Children for $item {
            fn push_into(self, children: &mut Vec<Element>) {
                push(self, children);
            }
        }
    )*};
}

one!(Element, &'static str, String);

/// What `layout` would need to place a component that is marked `#[dynamic]`. Nothing has it: this trait exists for its
/// error message.
#[diagnostic::on_unimplemented(
    message = "callbacks place a component that is marked `#[dynamic]`, and `layout` does not",
    label = "marked `#[dynamic]`",
    note = "leave it out of `layout`, and place it in a callback with `Ui::name.place()`; or leave `#[dynamic]` out of its field"
)]
pub trait InLayout<C> {}

impl<C> IntoElement for PlacedByCallbacks<C>
where
    (): InLayout<C>,
{
    fn into_element(self) -> Element {
        Element::default()
    }
}

impl<C> Children for PlacedByCallbacks<C>
where
    (): InLayout<C>,
{
    fn push_into(self, children: &mut Vec<Element>) {
        push(self, children);
    }
}

/// For expansions: a component as a piece of the page.
pub fn component<C: Component>(component: C) -> Element {
    Element::component(component)
}

/// For expansions: places one item.
pub fn push<E: IntoElement>(item: E, children: &mut Vec<Element>) {
    children.push(item.into_element());
}

impl<E: IntoElement> Children for Vec<E> {
    fn push_into(self, children: &mut Vec<Element>) {
        children.extend(self.into_iter().map(IntoElement::into_element));
    }
}

impl<E: IntoElement, const N: usize> Children for [E; N] {
    fn push_into(self, children: &mut Vec<Element>) {
        children.extend(self.into_iter().map(IntoElement::into_element));
    }
}

impl<E: IntoElement> Children for Option<E> {
    fn push_into(self, children: &mut Vec<Element>) {
        children.extend(self.map(IntoElement::into_element));
    }
}

macro_rules! tuples {
    ($($($name:ident)*;)*) => {$(
        impl<$($name: IntoElement),*> Children for ($($name,)*) {
            #[allow(non_snake_case, unused_variables)]
            fn push_into(self, children: &mut Vec<Element>) {
                let ($($name,)*) = self;
                $(children.push($name.into_element());)*
            }
        }
    )*};
}

tuples! {
    ;
    A;
    A B;
    A B C;
    A B C D;
    A B C D E;
    A B C D E F;
    A B C D E F G;
    A B C D E F G H;
    A B C D E F G H I;
    A B C D E F G H I J;
    A B C D E F G H I J K;
    A B C D E F G H I J K L;
    A B C D E F G H I J K L M;
    A B C D E F G H I J K L M N;
    A B C D E F G H I J K L M N O;
    A B C D E F G H I J K L M N O P;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(element: &Element) -> String {
        let mut html = Html::new();
        html.element(element);
        html.into_string()
    }

    #[test]
    fn a_clone_goes_its_own_way() {
        let list = Element::new("ul").children(Element::new("li").children("one"));
        let longer = list.clone().children(Element::new("li").children("two"));
        assert_eq!(text(&list), "<ul><li>one</li></ul>");
        assert_eq!(text(&longer), "<ul><li>one</li><li>two</li></ul>");
    }

    #[test]
    fn a_layout_can_read_what_it_arranges() {
        let item = Element::new("li").attr("data-width", "wide").children(("a", Element::new("b")));
        assert_eq!((item.tag(), item.attribute("data-width"), item.inside().len()), (Some("li"), Some("wide"), 2));
        assert_eq!(text(&Element::new("p").class("x").class(7)), "<p class=\"x 7\"></p>");
        let list = Element::list((Element::of(("a", Element::of(("b", "c")))), "d"));
        assert_eq!(list.iter().map(text).collect::<Vec<_>>(), ["a", "b", "c", "d"]);
    }

    #[test]
    fn as_json_it_is_a_list_of_nodes() {
        let json = |element: Element| serde_json::to_string(&element).unwrap();
        assert_eq!(json(Element::default()), "[]");
        assert_eq!(json(Element::text("a < b")), r#"["a < b"]"#);
        let two = Element::of((Element::new("p").attr("class", "x").children(("a", "b")), "c"));
        assert_eq!(json(two), r#"[["p",{"class":"x"},["a","b"]],"c"]"#);
    }

    #[test]
    fn what_could_run_a_script_is_left_out() {
        let element = Element::new("div")
            .children((Element::new("script").children("alert(1)"), Element::new("IFRAME").attr("src", "/")))
            .children(
                Element::new("a")
                    .attr("onclick", "alert(1)")
                    .attr("ONLOAD", "alert(1)")
                    .attr("style", "color: red")
                    .attr("href", " java\nscript:alert(1)")
                    .attr("title", "javascript: a language"),
            );
        let harmless = "<div><a title=\"javascript: a language\"></a></div>";
        assert_eq!(text(&element), harmless);
        let tree = serde_json::to_string(&element).unwrap();
        assert_eq!(tree, r#"[["div",{},[["a",{"title":"javascript: a language"},[]]]]]"#);
    }

    #[test]
    fn a_browser_cannot_write_one() {
        let error = Value::decode::<Element>(r#"[["p",{},["mine"]]]"#).unwrap_err();
        assert!(error.to_string().contains("an element is made by the server only"), "{error}");
    }
}
