//! The page as a tree: components that were placed, and plain HTML around them.

use std::{borrow::Cow, fmt};

use crate::{
    component::{Component, ComponentInfo, Values},
    html::Html,
    prop::ComponentId,
    value::Value,
};

/// A piece of a page. `layout` returns one; components and strings become one where they are placed.
#[derive(Debug)]
pub struct Element {
    node: Node,
}

enum Node {
    Tag {
        name: &'static str,
        attrs: Vec<(&'static str, Cow<'static, str>)>,
        style: &'static str,
        children: Vec<Element>,
    },
    Text(Cow<'static, str>),
    Component(Box<dyn Placed>),
}

impl fmt::Debug for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tag { name, attrs, children, .. } => {
                f.debug_struct("Tag").field("name", name).field("attrs", attrs).field("children", children).finish()
            }
            Self::Text(text) => f.debug_tuple("Text").field(text).finish(),
            Self::Component(placed) => f.debug_tuple("Component").field(&placed.id()).finish(),
        }
    }
}

impl Element {
    /// An HTML element.
    pub fn new(name: &'static str) -> Self {
        Self { node: Node::Tag { name, attrs: Vec::new(), style: "", children: Vec::new() } }
    }

    /// Adds an attribute. `style` and `on…` attributes do nothing: the page's content security policy refuses them.
    #[must_use]
    pub fn attr(mut self, name: &'static str, value: impl Into<Cow<'static, str>>) -> Self {
        if let Node::Tag { attrs, .. } = &mut self.node {
            attrs.push((name, value.into()));
        }
        self
    }

    /// Brings a stylesheet along: it becomes part of the page's one stylesheet, once, whoever else brings it.
    #[must_use]
    pub fn stylesheet(mut self, css: &'static str) -> Self {
        if let Node::Tag { style, .. } = &mut self.node {
            *style = css;
        }
        self
    }

    /// Adds children behind those that are there.
    #[must_use]
    pub fn children(mut self, more: impl Children) -> Self {
        if let Node::Tag { children, .. } = &mut self.node {
            more.push_into(children);
        }
        self
    }

    /// The text that is shown, escaped.
    pub fn text(text: impl Into<Cow<'static, str>>) -> Self {
        Self { node: Node::Text(text.into()) }
    }

    pub(crate) fn component(component: impl Component) -> Self {
        Self { node: Node::Component(Box::new(component)) }
    }

    /// All components in it, in the order of the page.
    pub(crate) fn placed(&self) -> Vec<&dyn Placed> {
        let mut found = Vec::new();
        self.walk(&mut |node| {
            if let Node::Component(placed) = node {
                found.push(&**placed);
            }
        });
        found
    }

    /// The stylesheets that its elements brought along, each once.
    pub(crate) fn stylesheets(&self) -> Vec<&'static str> {
        let mut found = Vec::new();
        self.walk(&mut |node| {
            if let Node::Tag { style, .. } = node
                && !style.is_empty()
                && !found.contains(style)
            {
                found.push(*style);
            }
        });
        found
    }

    fn walk<'a>(&'a self, visit: &mut impl FnMut(&'a Node)) {
        visit(&self.node);
        if let Node::Tag { children, .. } = &self.node {
            children.iter().for_each(|child| child.walk(visit));
        }
    }

    /// The value of the first attribute called `name`, if this is an HTML element that has one.
    pub(crate) fn attribute(&self, wanted: &str) -> Option<&str> {
        match &self.node {
            Node::Tag { attrs, .. } => attrs.iter().find(|(name, _)| *name == wanted).map(|(_, value)| &**value),
            _ => None,
        }
    }

    /// Writes it with what `shown` knows of each component.
    pub(crate) fn render<'a>(&self, html: &mut Html, shown: &dyn Fn(ComponentId) -> Shown<'a>) {
        match &self.node {
            Node::Tag { name, attrs, children, .. } => {
                let mut tag = html.tag(name);
                for (name, value) in attrs {
                    tag = tag.attr(name, value);
                }
                if matches!(*name, "br" | "hr" | "img" | "input" | "wbr") {
                    tag.void();
                } else {
                    tag.inner(|html| children.iter().for_each(|child| child.render(html, shown)));
                }
            }
            Node::Text(text) => html.text(text),
            Node::Component(placed) => {
                let id = placed.id();
                let Shown { values, bad } = shown(id);
                html.tag(placed.info().tag)
                    .attr("id", id.name())
                    // As the script does it, but before it runs: not even at first sight is such a value drawn as a good one.
                    .flag("data-bad", bad.is_some())
                    .opt("title", bad.map(|why| format!("no good value: {why}")))
                    .inner(|html| placed.render_with(&Values(&values), html));
            }
        }
    }
}

/// What a component shows at a moment.
pub(crate) struct Shown<'a> {
    pub(crate) values: Vec<Option<Value>>,
    /// Why one of them is no good.
    pub(crate) bad: Option<&'a str>,
}

/// A component whose type is forgotten.
pub(crate) trait Placed: Send + Sync {
    fn info(&self) -> &'static ComponentInfo;
    fn id(&self) -> ComponentId;
    fn values(&self) -> Result<Vec<Option<Value>>, String>;
    fn missing(&self) -> Vec<&'static str>;
    fn render_with(&self, values: &Values<'_>, html: &mut Html);
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

    fn render_with(&self, values: &Values<'_>, html: &mut Html) {
        C::load(Component::id(self), values).render(html);
    }
}

/// Things that can be placed on a page: elements, components, text.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be shown as `Element`",
    label = "this cannot be placed on a page",
    note = "components, `Element`s, `&str` and `String` can be placed; write a number with `format!`"
)]
pub trait IntoElement {
    /// As a piece of the page.
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

impl<C: Component> IntoElement for C {
    fn into_element(self) -> Element {
        Element::component(self)
    }
}

/// What can be placed inside of something: one thing, a tuple of up to sixteen, a list, or `()`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be shown as `Element`",
    label = "this cannot be placed on a page",
    note = "place one component, `Element`, `&str` or `String`; a tuple of up to 16 of them; or a `Vec`"
)]
pub trait Children {
    #[doc(hidden)]
    fn push_into(self, children: &mut Vec<Element>);
}

impl<E: IntoElement> Children for E {
    fn push_into(self, children: &mut Vec<Element>) {
        children.push(self.into_element());
    }
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
