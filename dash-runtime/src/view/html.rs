//! Writes HTML. All text is escaped, so a value can never become markup.
//!
//! The result is a text, for a document, or a tree, from which the page's script creates elements. The code of
//! components is the same for both.

use std::{
    borrow::Cow,
    fmt::{self, Display, Write as _},
    mem,
    sync::Arc,
};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer, ser::SerializeMap as _};

use crate::{
    element::{Element, Shown},
    numbers::RowNo,
    picture::Picture,
    place::ANY_ROW,
    prop::{ComponentId, InRow},
    protocol::FOLDER,
    rights::{Viewer, needs_role},
    route::Path,
};

/// HTML under construction.
#[derive(Default)]
pub struct Html {
    out: Out,
    current: Option<Arc<dyn Current>>,
    /// The page that the document shows.
    path: Option<Path>,
    /// The row of a list that is being written.
    row: Option<RowNo>,
    /// For whom it is. `None` for a client that sees everything and may change everything.
    viewer: Option<Viewer>,
    /// What is heard in the component that is being written, because its value is bad.
    heard: Option<Heard>,
    /// Whether the page says once for all controls that the viewer looks on.
    pub(crate) looks_on: bool,
}

/// The dashboard's own address, in each address of a document. It is relative, because a proxy may serve the dashboard
/// below a path that the server does not know. A document says in its `base` element where the dashboard is.
pub(crate) const HERE: &str = "./";

/// What is heard in a component whose value is bad.
struct Heard {
    /// The words instead of the value.
    said: Arc<str>,
    /// Whether its content is not heard at all.
    hides: bool,
    /// The number of open elements in it.
    depth: usize,
}

/// The id of what says once for all controls that the viewer looks on.
pub(crate) const LOOKS_ON: &str = "dd-looks-on";

/// What can be operated, so its own name must stay when its value is bad.
const CONTROLS: [&str; 4] = ["input", "button", "select", "textarea"];

/// The current values of the components of a page.
pub(crate) trait Current: Send + Sync {
    fn of(&self, id: ComponentId) -> Shown;
    fn rows(&self, list: ComponentId) -> Vec<ShownRow>;
}

/// One row of a list.
#[derive(Clone)]
pub(crate) struct ShownRow {
    pub(crate) number: RowNo,
    /// The key as text, for the `data-key` attribute.
    pub(crate) key: String,
    pub(crate) element: Element,
}

impl ShownRow {
    /// Writes the row. The script creates the same elements (`client/rows.js`).
    pub(crate) fn render(&self, html: &mut Html) {
        let Self { number, key, element } = self;
        html.tag("dd-row").attr("data-row", number).attr("data-key", key).inner(|html| {
            html.in_row(*number, |html| element.render(html));
        });
    }
}

enum Out {
    Text(String),
    /// The open elements, outermost first. The first entry is the root, which only has children.
    Tree(Vec<Branch>),
}

impl Default for Out {
    fn default() -> Self {
        Self::Text(String::new())
    }
}

/// HTML as data. The page's script creates elements from it.
#[derive(Debug, PartialEq)]
pub(crate) enum Tree {
    Text(String),
    Tag(Branch),
}

/// One element of a [`Tree`].
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Branch {
    name: &'static str,
    attrs: Vec<(String, String)>,
    children: Vec<Tree>,
}

impl fmt::Debug for Html {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.out {
            Out::Text(text) => f.debug_tuple("Html").field(text).finish(),
            Out::Tree(open) => f.debug_tuple("Html").field(open).finish(),
        }
    }
}

impl Html {
    /// Empty HTML.
    pub fn new() -> Self {
        Self::default()
    }

    /// For a document whose components show the values in `current`.
    pub(crate) fn showing(current: Arc<dyn Current>, path: Path, viewer: Option<Viewer>) -> Self {
        Self { current: Some(current), path: Some(path), viewer, ..Self::default() }
    }

    /// The address of a page of this dashboard, and whether it is the current page. `None` if this is not for a
    /// document.
    pub(crate) fn address(&self, path: &str) -> Option<(String, bool)> {
        let shown = self.path.as_ref()?;
        let address = Path::parse(path)?;
        Some((format!(".{}", address.as_str()), shown.as_str() == path))
    }

    /// The address of a picture in this document. `None` if this is not for a document: there the script makes the
    /// address.
    pub fn picture(&self, picture: &Picture) -> Option<String> {
        self.path.as_ref()?;
        Some(format!("{HERE}{FOLDER}/picture/{}", picture.name()))
    }

    /// Whether a component is withheld from the viewer.
    pub(crate) fn withholds(&self, id: ComponentId) -> bool {
        self.viewer.is_some_and(|viewer| id.rights().sees > viewer.level)
    }

    /// Why the viewer may not change a component, if its field says so.
    pub(crate) fn locked(&self, id: ComponentId) -> Option<String> {
        let viewer = self.viewer.filter(|viewer| id.rights().needs > viewer.level)?;
        Some(needs_role(viewer.roles.name(id.rights().needs)))
    }

    /// Runs `write` and returns what it wrote as a tree.
    pub(crate) fn tree(viewer: Option<Viewer>, write: impl FnOnce(&mut Self)) -> Vec<Tree> {
        let mut html = Self { out: Out::Tree(vec![Branch::default()]), viewer, ..Self::default() };
        write(&mut html);
        // An element that was not ended stays open to the end, as in a document.
        while html.is_inside() {
            html.close();
        }
        match html.out {
            Out::Tree(open) => open.into_iter().next().unwrap_or_default().children,
            Out::Text(_) => Vec::new(),
        }
    }

    /// Starts an element. It is written completely when the returned [`Tag`] is ended with [`void`](Tag::void),
    /// [`empty`](Tag::empty), [`text`](Tag::text) or [`inner`](Tag::inner).
    #[must_use = "end the tag with `.void()`, `.empty()`, `.text(..)` or `.inner(..)`"]
    pub fn tag(&mut self, name: &'static str) -> Tag<'_> {
        match &mut self.out {
            Out::Text(out) => {
                out.push('<');
                out.push_str(name);
            }
            Out::Tree(open) => open.push(Branch { name, ..Branch::default() }),
        }
        let heard = self.heard.as_ref();
        let said = heard.filter(|_| CONTROLS.contains(&name)).map(|heard| Arc::clone(&heard.said));
        let is_hidden = heard.is_some_and(|heard| heard.hides && heard.depth == 0);
        Tag { html: self, name, is_hidden }.opt("aria-description", said)
    }

    /// Writes a text, escaped.
    pub fn text(&mut self, text: impl Display) {
        match &mut self.out {
            Out::Text(out) => escaped(out, text),
            Out::Tree(open) => {
                if let Some(parent) = open.last_mut() {
                    parent.children.push(Tree::Text(plain(text)));
                }
            }
        }
    }

    /// Writes an element that a property of the component holds, with the current values of the components in it.
    pub fn element(&mut self, element: &Element) {
        element.render(self);
    }

    /// Runs `write` inside this row of a list.
    pub(crate) fn in_row(&mut self, row: RowNo, write: impl FnOnce(&mut Self)) {
        let outer = self.row.replace(row);
        write(self);
        self.row = outer;
    }

    /// A component's id in the row that is being written.
    pub(crate) fn here(&self, id: ComponentId) -> ComponentId {
        match self.row {
            // Only the components of the row have an id that depends on the row.
            Some(row) if id.template().contains(ANY_ROW) => id.in_row(InRow::Numbered(row)),
            _ => id,
        }
    }

    /// The rows of a list. Empty if this is not for a document.
    pub(crate) fn rows(&self, list: ComponentId) -> Vec<ShownRow> {
        self.current.as_ref().map(|current| current.rows(list)).unwrap_or_default()
    }

    /// What a component shows now. `None` if this is not for a document.
    pub(crate) fn current(&self, id: ComponentId) -> Option<Shown> {
        self.current.as_ref().map(|current| current.of(id))
    }

    /// Writes markup without escaping. Only for constants and for output of this type.
    pub(crate) fn raw(&mut self, markup: &str) {
        match &mut self.out {
            Out::Text(out) => out.push_str(markup),
            Out::Tree(_) => debug_assert!(false, "there is no markup in a tree"),
        }
    }

    /// Writes an attribute into the text of a tag. What is heard of a bad value is not the old value.
    pub(crate) fn written_attr(&mut self, name: &str, value: impl Display) {
        let said = self.heard.as_ref().filter(|_| name == "aria-valuetext").map(|heard| Arc::clone(&heard.said));
        let Out::Text(out) = &mut self.out else { return };
        let _ = write!(out, " {name}=\"");
        match said {
            Some(said) => escaped(out, said),
            None => escaped(out, value),
        }
        out.push('"');
    }

    /// The text. Empty for a tree.
    pub fn into_string(self) -> String {
        match self.out {
            Out::Text(out) => out,
            // Unreachable: only `Html::tree` has a tree, and keeps it.
            Out::Tree(_) => String::new(),
        }
    }

    /// Writes a component that the viewer cannot change: what can be operated in it is described by what the page says once
    /// for all. The looks of components write whole pieces of text, so this is done to the text.
    pub(crate) fn looked_at(&mut self, write: impl FnOnce(&mut Self)) {
        let start = self.written();
        write(self);
        let Out::Text(_) = self.out else { return };
        let inside = self.cut(start);
        // Texts and attributes have no `<` and `>`.
        for (at, part) in inside.split('<').enumerate() {
            if at > 0 {
                self.raw("<");
            }
            let (tag, rest) = part.split_at(part.find([' ', '>']).unwrap_or(part.len()));
            self.raw(tag);
            let own = rest.split('>').next().unwrap_or_default();
            if CONTROLS.contains(&tag) && !own.contains("aria-describedby=") {
                self.raw(&format!(" aria-describedby=\"{LOOKS_ON}\""));
            }
            self.raw(rest);
        }
    }

    /// The length of the text so far.
    fn written(&self) -> usize {
        match &self.out {
            Out::Text(out) => out.len(),
            Out::Tree(_) => 0,
        }
    }

    /// Takes away the text from this place on.
    fn cut(&mut self, start: usize) -> String {
        match &mut self.out {
            Out::Text(out) => out.split_off(start),
            Out::Tree(_) => String::new(),
        }
    }

    /// Whether the result is a tree and not a document.
    pub(crate) fn is_tree(&self) -> bool {
        matches!(self.out, Out::Tree(_))
    }

    fn is_inside(&self) -> bool {
        matches!(&self.out, Out::Tree(open) if open.len() > 1)
    }

    /// Ends the innermost element of a tree.
    fn close(&mut self) {
        if let Out::Tree(open) = &mut self.out
            && let Some(done) = open.pop()
            && let Some(parent) = open.last_mut()
        {
            parent.children.push(Tree::Tag(done));
        }
    }
}

/// An element whose attributes are being written.
#[derive(Debug)]
pub struct Tag<'a> {
    html: &'a mut Html,
    name: &'static str,
    /// Whether it is not heard, because it is in a component whose value is bad.
    is_hidden: bool,
}

impl Tag<'_> {
    /// Writes `name="value"`, escaped.
    #[must_use]
    pub fn attr(mut self, name: &str, value: impl Display) -> Self {
        // One that is never heard stays so when the value is good again.
        self.is_hidden &= name != "aria-hidden";
        match &mut self.html.out {
            Out::Text(_) => self.html.written_attr(name, value),
            Out::Tree(open) => {
                // The first one counts, as in a document.
                if let Some(branch) = open.last_mut().filter(|branch| branch.attrs.iter().all(|(old, _)| old != name)) {
                    branch.attrs.push((name.to_owned(), plain(value)));
                }
            }
        }
        self
    }

    /// Writes `name="value"` if there is a value.
    #[must_use]
    pub fn opt(self, name: &str, value: Option<impl Display>) -> Self {
        match value {
            Some(value) => self.attr(name, value),
            None => self,
        }
    }

    /// Writes `name` without a value if `on` is true.
    #[must_use]
    pub fn flag(self, name: &str, on: bool) -> Self {
        if !on {
            return self;
        }
        match &mut self.html.out {
            Out::Text(out) => {
                let _ = write!(out, " {name}");
                self
            }
            Out::Tree(_) => self.attr(name, ""),
        }
    }

    /// Ends the element of a component whose value is bad, for the reason `why`. `name` is what the component is called. A
    /// screen reader hears both, and not the old value. A component that holds others (`is_holder`) has them read. The script
    /// does the same (`tellBad` in `client/element.js`).
    pub(crate) fn bad(self, name: &str, why: &str, is_holder: bool, write: impl Fn(&mut Html)) {
        let said = format!("no value: {why}");
        let Self { html, name: tag, .. } = self;
        // A first time, to see what is in it.
        let start = html.written();
        write(html);
        let inside = html.cut(start);
        let has_control = CONTROLS.iter().any(|control| inside.contains(&format!("<{control}")));
        let is_group = is_holder || has_control || [" tabindex=", " href="].iter().any(|name| inside.contains(name));
        let heard =
            if is_holder { None } else { Some(Heard { said: said.as_str().into(), hides: !is_group, depth: 0 }) };
        let outer = mem::replace(&mut html.heard, heard);
        Tag { html: &mut *html, name: tag, is_hidden: false }
            .attr("role", if is_group { "group" } else { "img" })
            .opt("tabindex", (!is_group).then_some("0"))
            .attr("aria-label", format_args!("{name}, {said}"))
            .attr("data-bad", why)
            .inner(|html| {
                // They are counted from inside of the component.
                html.heard.as_mut().into_iter().for_each(|heard| heard.depth = 0);
                write(html);
                html.heard = None;
            });
        html.heard = outer;
    }

    /// `inert` tells the script to take both away again. On a drawing it does nothing else.
    fn hidden(self) -> Self {
        if self.is_hidden { self.attr("aria-hidden", true).flag("inert", true) } else { self }
    }

    /// Ends an element that never has content, such as `input`.
    pub fn void(self) {
        let tag = self.hidden();
        match &mut tag.html.out {
            Out::Text(out) => out.push('>'),
            Out::Tree(_) => tag.html.close(),
        }
    }

    /// Ends an element without content.
    pub fn empty(self) {
        self.inner(|_| {});
    }

    /// Ends an element with this text as its content, escaped.
    pub fn text(self, text: impl Display) {
        self.inner(|html| html.text(text));
    }

    /// Ends an element with the content that `write` writes.
    pub fn inner(self, write: impl FnOnce(&mut Html)) {
        let Self { html, name, .. } = self.hidden();
        if let Out::Text(out) = &mut html.out {
            out.push('>');
        }
        html.heard.as_mut().into_iter().for_each(|heard| heard.depth += 1);
        write(html);
        html.heard.as_mut().into_iter().for_each(|heard| heard.depth -= 1);
        match &mut html.out {
            Out::Text(out) => {
                let _ = write!(out, "</{name}>");
            }
            Out::Tree(_) => html.close(),
        }
    }
}

/// `"text"`, or `["tag",{"attribute":"value"},[…]]`
impl Serialize for Tree {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        struct Attrs<'a>(&'a [(String, String)]);
        impl Serialize for Attrs<'_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let mut map = serializer.serialize_map(Some(self.0.len()))?;
                self.0.iter().try_for_each(|(name, value)| map.serialize_entry(name, value))?;
                map.end()
            }
        }
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::Tag(Branch { name, attrs, children }) => (name, Attrs(attrs), children).serialize(serializer),
        }
    }
}

impl JsonSchema for Tree {
    fn schema_name() -> Cow<'static, str> {
        "Node".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let children = generator.subschema_for::<Vec<Self>>();
        json_schema!({
            "description": "A text, or an element: its name, its attributes, and what is in it.",
            "anyOf": [
                { "type": "string" },
                {
                    "type": "array",
                    "prefixItems": [
                        { "type": "string" },
                        { "type": "object", "additionalProperties": { "type": "string" } },
                        children,
                    ],
                    "minItems": 3,
                    "maxItems": 3,
                },
            ],
        })
    }
}

// Writing to a string fails only if the value's own `Display` fails. The text that it wrote before that stays.
fn escaped(out: &mut String, text: impl Display) {
    let _ = write!(Escape(out), "{text}");
}

fn plain(text: impl Display) -> String {
    let mut out = String::new();
    let _ = write!(out, "{text}");
    out
}

/// Escapes for element content and for double-quoted attributes.
struct Escape<'a>(&'a mut String);

impl fmt::Write for Escape<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for part in text.split_inclusive(['&', '<', '>', '"', '\'']) {
            let (plain, special) = match part.char_indices().next_back() {
                Some((at, '&')) => (&part[..at], "&amp;"),
                Some((at, '<')) => (&part[..at], "&lt;"),
                Some((at, '>')) => (&part[..at], "&gt;"),
                Some((at, '"')) => (&part[..at], "&quot;"),
                Some((at, '\'')) => (&part[..at], "&#39;"),
                _ => (part, ""),
            };
            self.0.push_str(plain);
            self.0.push_str(special);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(html: &mut Html) {
        html.tag("p").attr("title", "a\"b'<&>").flag("hidden", true).flag("open", false).inner(|html| {
            html.text("<script>x && 'y'</script>");
            html.tag("br").void();
            html.tag("i").opt("lang", None::<&str>).empty();
            html.text(7);
        });
        html.text("end");
    }

    #[test]
    fn text_is_always_escaped() {
        let mut html = Html::new();
        write(&mut html);
        assert_eq!(
            html.into_string(),
            "<p title=\"a&quot;b&#39;&lt;&amp;&gt;\" hidden>\
             &lt;script&gt;x &amp;&amp; &#39;y&#39;&lt;/script&gt;<br><i></i>7</p>end"
        );
    }

    #[test]
    fn the_same_comes_out_as_a_tree() {
        let tree = serde_json::to_string(&Html::tree(None, write)).unwrap();
        assert_eq!(
            tree,
            r#"[["p",{"title":"a\"b'<&>","hidden":""},["<script>x && 'y'</script>",["br",{},[]],["i",{},[]],"7"]],"end"]"#
        );
    }

    #[test]
    fn the_first_of_duplicate_attributes_counts() {
        let tree = Html::tree(None, |html| html.tag("a").attr("id", 1).attr("id", 2).empty());
        assert_eq!(serde_json::to_string(&tree).unwrap(), r#"[["a",{"id":"1"},[]]]"#);
    }

    #[test]
    fn an_element_that_is_not_ended_is_open_to_the_end() {
        let tree = Html::tree(None, |html| {
            let _ = html.tag("p");
            html.text("in it");
        });
        assert_eq!(serde_json::to_string(&tree).unwrap(), r#"[["p",{},["in it"]]]"#);
    }
}
