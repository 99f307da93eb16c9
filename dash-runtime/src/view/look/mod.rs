//! Looks: what is inside of a component's element, written once, in Rust.
//!
//! A [`View`] runs once for each type of component, at the start. It does not see values. It records a tree of elements
//! and, for each text and attribute, how it is computed from the properties. The server draws the first paint from that
//! record and its current values. The page's script gets the same record as a table, and draws changes in the browser
//! (`client/look.js`). So a component that only shows something needs no script.

mod bound;
mod draw;
mod nesting;
pub(crate) mod record;
mod shape;
mod table;
#[cfg(test)]
mod tests;
pub(crate) mod words;

use std::{marker::PhantomData, sync::OnceLock};

pub use self::{
    bound::{
        Bound, Kind, Listed, Number, NumberTerm, Shown, Term, Text, TextTerm, TextValue, Truth, TruthTerm, Variants,
        constant, own_id, words_of_id,
    },
    shape::Shape,
    words::Val,
};
use self::{
    record::{Step, StepNo},
    shape::{Attr, Branch, Node, Part},
};
use super::{
    component::{Component, ComponentInfo, Render},
    element::{is_harmless, is_harmless_tag},
    html::Html,
};

/// What is inside of a component's element, for the server and for the browser.
///
/// `view` runs once for each type, at the start. `p` has the properties as [`Bound`] fields, and `look` takes the
/// elements. A component with a `View` needs a script only for behaviour.
///
/// The guide has an example in the section "Your first component".
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no view",
    label = "`View` is missing",
    note = "write `impl View for {Self} {{ fn view(p: {Self}Bound, look: &mut Look) {{ .. }} }}`"
)]
pub trait View: Bindable {
    /// Records what is inside of the element.
    fn view(p: Self::Bound, look: &mut Look);
}

/// The properties of a component as its view sees them. `#[derive(Component)]` implements it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a component",
    label = "not a component",
    note = "a view belongs to a struct with `#[derive(Component)]`"
)]
pub trait Bindable: Sized + 'static {
    /// A struct with one [`Bound`] field for each state property.
    type Bound;

    #[doc(hidden)]
    fn bound() -> Self::Bound;
}

#[diagnostic::do_not_recommend]
impl<V: View + Component> Render for V {
    fn render(&self, html: &mut Html) {
        // A value that cannot be written as JSON is reported at the start, so nothing is drawn for it here.
        if let (Some(shape), Ok(values)) = (V::INFO.look(), self.values()) {
            shape.draw(Component::id(self), &values, html);
        }
    }
}

/// For expansions: whether `T` has a view. A type's own constant hides the one of [`NoView`], so this is decided without
/// an error for a type without a view.
#[derive(Debug)]
pub struct ViewOf<T>(PhantomData<fn() -> T>);

/// Records the view of a component.
pub type Recording = fn(&'static ComponentInfo) -> Shape;

impl<T: View> ViewOf<T> {
    /// Records the view.
    pub const RECORD: Option<Recording> = Some(|info| {
        let (look, steps) = record::record(|| {
            let mut look = Look::default();
            T::view(T::bound(), &mut look);
            look
        });
        Shape::new(info, look.into_nodes(), steps)
    });
}

impl<T: Render> ViewOf<T> {
    /// Something draws the component: its view, or its own `render`.
    pub const IS_DRAWN: bool = true;
}

/// For expansions: see [`ViewOf`].
pub trait NoView {
    /// There is no view.
    const RECORD: Option<Recording> = None;
    /// Nothing draws the component, which is reported where its `Render` is needed.
    const IS_DRAWN: bool = false;
}

impl<T> NoView for ViewOf<T> {}

/// For expansions: the recorded look of a type.
#[derive(Debug, Default)]
pub struct LookCell(OnceLock<Option<Shape>>);

impl LookCell {
    /// Not recorded yet.
    pub const fn new() -> Self {
        Self(OnceLock::new())
    }

    /// The look. The first call records it.
    pub fn get(&'static self, info: &'static ComponentInfo, record: Option<Recording>) -> Option<&'static Shape> {
        self.0.get_or_init(|| record.map(|record| record(info))).as_ref()
    }
}

/// An address that runs a script. An attribute that could have it is refused, because its value is not known yet.
const SCRIPT_ADDRESS: &str = "javascript:";

/// Takes the elements of a [`View`].
#[derive(Debug, Default)]
pub struct Look {
    /// The open elements and parts, outermost first. The first entry is the inside of the component.
    open: Vec<Open>,
    root: Vec<Node>,
    faults: Vec<String>,
    /// How many lists are open.
    level: u16,
}

/// An element whose content is being recorded, or the content of a part.
#[derive(Debug)]
struct Open {
    /// `None` for a part, whose content is a child of the element around it.
    branch: Option<Branch>,
    nodes: Vec<Node>,
}

impl Look {
    /// Starts an element. It is complete when the returned [`LookTag`] is ended with [`void`](LookTag::void),
    /// [`empty`](LookTag::empty), [`text`](LookTag::text) or [`inner`](LookTag::inner).
    #[must_use = "end the tag with `.void()`, `.empty()`, `.text(..)` or `.inner(..)`"]
    pub fn tag(&mut self, name: &'static str) -> LookTag<'_> {
        let ancestors = self.ancestors();
        if !is_harmless_tag(name) {
            self.faults.push(format!("`{name}` could run a script or load another page, so a view cannot have it"));
        } else if let Some(fault) = nesting::fault_of(name, &ancestors) {
            self.faults.push(fault);
        }
        let in_svg = name == "svg" || nesting::is_in_svg(&ancestors);
        LookTag { look: self, branch: Branch { name, ..Branch::default() }, in_svg }
    }

    /// Adds a constant text. A text that changes has an element of its own: `look.tag("span").text(..)`.
    pub fn text(&mut self, text: &'static str) {
        let parent = self.ancestors().last().copied().unwrap_or_default();
        if nesting::refuses_text(parent) {
            self.faults.push(format!("text cannot be directly in `{parent}`: the browser would move it"));
        }
        if text.is_empty() {
            return;
        }
        // A parser makes one text of two that follow each other.
        let nodes = self.nodes();
        if let Some(Node::Text(before)) = nodes.last_mut() {
            before.push_str(text);
        } else {
            nodes.push(Node::Text(text.to_owned()));
        }
    }

    /// Adds elements that are there while `condition` is true.
    pub fn when(&mut self, condition: impl TruthTerm, draw: impl FnOnce(&mut Self)) {
        let condition = condition.step();
        let nodes = self.part(draw);
        self.nodes().push(Node::Part(Part::When { condition, nodes }));
    }

    /// Adds elements for each item of a list. An element belongs to a place in the list: if the first item is removed,
    /// all texts move up. With [`each_by`](Self::each_by) elements belong to items.
    pub fn each<R>(&mut self, list: Bound<Vec<R>>, draw: impl FnOnce(Item<R>, &mut Self)) {
        self.each_with(list, |_| None, draw);
    }

    /// Like [`each`](Self::each). Elements with the same key are kept and moved when the list changes. Items with equal keys are distinguished by their order. If the key is missing, the place in the list is
    /// the key.
    pub fn each_by<R, K: Term>(
        &mut self,
        list: Bound<Vec<R>>,
        key: impl FnOnce(Item<R>) -> K,
        draw: impl FnOnce(Item<R>, &mut Self),
    ) {
        self.each_with(list, |item| Some(key(item).step()), draw);
    }

    fn each_with<R>(
        &mut self,
        list: Bound<Vec<R>>,
        key: impl FnOnce(Item<R>) -> Option<StepNo>,
        draw: impl FnOnce(Item<R>, &mut Self),
    ) {
        let (list, level) = (list.list(), self.level);
        let item = Item {
            value: Bound::of(record::step(Step::Item(level))),
            place: Bound::of(record::step(Step::Place(level))),
        };
        let key = key(item);
        self.level += 1;
        let nodes = self.part(|look| draw(item, look));
        self.level -= 1;
        self.nodes().push(Node::Part(Part::Each { list, key, level, nodes }));
    }

    /// The names of the open elements.
    fn ancestors(&self) -> Vec<&'static str> {
        self.open.iter().filter_map(|open| open.branch.as_ref()).map(|branch| branch.name).collect()
    }

    fn nodes(&mut self) -> &mut Vec<Node> {
        match self.open.last_mut() {
            Some(open) => &mut open.nodes,
            None => &mut self.root,
        }
    }

    fn part(&mut self, draw: impl FnOnce(&mut Self)) -> Vec<Node> {
        self.open.push(Open { branch: None, nodes: Vec::new() });
        draw(self);
        let nodes = self.open.pop().map(|open| open.nodes).unwrap_or_default();
        if nodes.iter().any(|node| matches!(node, Node::Text(_))) {
            self.faults.push("the text in `when` or `each` needs an element around it".to_owned());
        }
        nodes
    }

    fn into_nodes(self) -> (Vec<Node>, Vec<String>) {
        (self.root, self.faults)
    }
}

/// An item of a list in [`Look::each`].
#[derive(Debug)]
pub struct Item<R> {
    /// The item.
    pub value: Bound<R>,
    /// Its place in the list, from 0.
    pub place: Bound<f64>,
}

impl<R> Clone for Item<R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R> Copy for Item<R> {}

/// An element whose attributes are being recorded.
#[derive(Debug)]
pub struct LookTag<'a> {
    look: &'a mut Look,
    branch: Branch,
    in_svg: bool,
}

impl LookTag<'_> {
    /// Adds an attribute. It is not there while the value is missing. An empty text is a value.
    #[must_use]
    pub fn attr(mut self, name: &'static str, value: impl Term) -> Self {
        let step = value.step();
        self.add(name, Attr::Value(step));
        self
    }

    /// Adds an attribute without a value that is there while `on` is true.
    #[must_use]
    pub fn flag(mut self, name: &'static str, on: impl TruthTerm) -> Self {
        let step = on.step();
        self.add(name, Attr::Flag(step));
        self
    }

    /// Gives the element an id of its own: that of the component and `suffix`, which begins with a hyphen. A label refers to
    /// it with `.attr("for", own_id(suffix))`.
    #[must_use]
    pub fn own_id(mut self, suffix: &'static str) -> Self {
        let step = own_id(suffix).step();
        self.branch.attrs.push(("id", Attr::Value(step)));
        self
    }

    fn add(&mut self, name: &'static str, attr: Attr) {
        let element = self.branch.name;
        if self.branch.attrs.iter().any(|(other, _)| other.eq_ignore_ascii_case(name)) {
            self.look.faults.push(format!("`{element}` has the attribute `{name}` twice"));
        } else if !is_harmless(name, SCRIPT_ADDRESS) {
            self.look.faults.push(format!(
                "`{element}` has the attribute `{name}`, and a view can set neither styles nor handlers nor addresses: use a class and the stylesheet, or a script"
            ));
        } else if name.eq_ignore_ascii_case("id") {
            self.look
                .faults
                .push(format!("`{element}` has an `id`, which would be on the page once for each component"));
        } else if let Some(fault) = nesting::fault_of_attribute(name, self.in_svg) {
            self.look.faults.push(format!("`{element}` has an attribute that cannot be: {fault}"));
        } else {
            self.branch.attrs.push((name, attr));
        }
    }

    /// Ends an element that never has content, such as `img`.
    pub fn void(self) {
        let name = self.branch.name;
        if !nesting::is_void(name) {
            self.look.faults.push(format!("`{name}` is not an element without content: end it with `.empty()`"));
        }
        self.finish();
    }

    /// Ends an element without content.
    pub fn empty(mut self) {
        self.refuse_void();
        self.finish();
    }

    /// Ends an element whose only content is this text.
    pub fn text(mut self, text: impl TextTerm) {
        self.refuse_void();
        let name = self.branch.name;
        // `option` and `textarea` have nothing but text.
        if nesting::refuses_text(name) && !matches!(name, "option" | "textarea") {
            self.look.faults.push(format!("text cannot be directly in `{name}`: the browser would move it"));
        }
        self.branch.text = Some(text.step());
        self.finish();
    }

    /// Ends an element with the content that `draw` adds.
    pub fn inner(mut self, draw: impl FnOnce(&mut Look)) {
        self.refuse_void();
        let Self { look, branch, .. } = self;
        look.open.push(Open { branch: Some(branch), nodes: Vec::new() });
        draw(look);
        if let Some(Open { branch: Some(branch), nodes }) = look.open.pop() {
            look.nodes().push(Node::Tag(Branch { nodes, ..branch }));
        }
    }

    fn refuse_void(&mut self) {
        let name = self.branch.name;
        if nesting::is_void(name) {
            self.look.faults.push(format!("`{name}` never has content: end it with `.void()`"));
        }
    }

    fn finish(self) {
        let Self { look, branch, .. } = self;
        look.nodes().push(Node::Tag(branch));
    }
}
