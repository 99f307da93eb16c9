//! Pieces of the page that are read again from their JSON, in a replay.
//!
//! Browsers cannot send pieces of the page, so reading one fails everywhere else. The components in it must be known as
//! such again, because what a viewer may see is decided for each.

use std::{
    cell::RefCell,
    collections::HashSet,
    fmt,
    rc::Rc,
    sync::{LazyLock, Mutex, PoisonError},
};

use serde::{
    Deserialize, Deserializer,
    de::{self, MapAccess, Visitor},
};

use super::{Element, Node, Placed};
use crate::{
    component::{ComponentInfo, Values},
    html::Html,
    prop::ComponentId,
    value::Value,
};

/// Finds the component with this id, whose element has this tag.
type Find = dyn Fn(&str, &str) -> Option<(ComponentId, &'static ComponentInfo)>;

thread_local! {
    static FIND: RefCell<Option<Rc<Find>>> = const { RefCell::new(None) };
}

/// Runs `read`, in which pieces of the page can be read. `find` finds the components in them.
pub(crate) fn reading<R>(
    find: impl Fn(&str, &str) -> Option<(ComponentId, &'static ComponentInfo)> + 'static,
    read: impl FnOnce() -> R,
) -> R {
    /// Ends it, also after a panic in the user's code.
    struct Reading(Option<Rc<Find>>);

    impl Drop for Reading {
        fn drop(&mut self) {
            FIND.set(self.0.take());
        }
    }

    let _before = Reading(FIND.replace(Some(Rc::new(find))));
    read()
}

pub(super) fn find() -> Option<Rc<Find>> {
    FIND.with_borrow(Clone::clone)
}

/// Reads a list of nodes.
pub(super) fn read<'de, D: Deserializer<'de>>(deserializer: D, find: &Find) -> Result<Element, D::Error> {
    let nodes = Vec::<Tree>::deserialize(deserializer)?;
    let mut nodes: Vec<Element> =
        nodes.into_iter().map(|node| node.element(find)).collect::<Result<_, _>>().map_err(de::Error::custom)?;
    Ok(match nodes.pop() {
        Some(only) if nodes.is_empty() => only,
        last => Node::Several(nodes.into_iter().chain(last).collect()).into(),
    })
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Tree {
    Text(String),
    Tag(String, Attributes, Vec<Tree>),
}

/// The attributes in their order.
struct Attributes(Vec<(String, String)>);

impl<'de> Deserialize<'de> for Attributes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Pairs;

        impl<'de> Visitor<'de> for Pairs {
            type Value = Attributes;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("attributes")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Attributes, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Attributes(pairs))
            }
        }

        deserializer.deserialize_map(Pairs)
    }
}

impl Tree {
    fn element(self, find: &Find) -> Result<Element, String> {
        let (name, Attributes(attrs), children) = match self {
            Self::Text(text) => return Ok(Element::text(text)),
            Self::Tag(name, attrs, children) => (name, attrs, children),
        };
        let children = children.into_iter().map(|child| child.element(find)).collect::<Result<Vec<_>, _>>()?;
        let id = attrs.iter().find(|(name, _)| name == "id").map(|(_, id)| id);
        if let Some((id, info)) = id.and_then(|id| find(id, &name)) {
            return Ok(Element::placing(Recalled { id, info, inside: Node::Several(children).into() }));
        }
        let attrs = attrs.into_iter().map(|(name, value)| Ok((known(name)?, value.into())));
        let attrs = attrs.collect::<Result<Vec<_>, String>>()?;
        Ok(Node::Tag { name: known(name)?, attrs, style: "", children }.into())
    }
}

/// The most names. A dashboard has some dozens of them.
const NAMES: usize = 4096;

/// The name as a text that lives as long as the program. There are few different ones, and more than [`NAMES`] are not read.
fn known(name: String) -> Result<&'static str, String> {
    static ALL: LazyLock<Mutex<HashSet<&'static str>>> = LazyLock::new(Mutex::default);
    let mut all = ALL.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = all.get(name.as_str()) {
        return Ok(known);
    }
    if all.len() >= NAMES {
        return Err("the record has too many different names of elements and attributes".to_owned());
    }
    let name: &'static str = Box::leak(name.into_boxed_str());
    all.insert(name);
    Ok(name)
}

/// A component in a piece of the page that was read again.
struct Recalled {
    id: ComponentId,
    info: &'static ComponentInfo,
    /// What was in its element when it was recorded.
    inside: Element,
}

impl Placed for Recalled {
    fn info(&self) -> &'static ComponentInfo {
        self.info
    }

    fn id(&self) -> ComponentId {
        self.id
    }

    /// None: the record has them as the values of its properties.
    fn values(&self) -> Result<Vec<Option<Value>>, String> {
        Ok(vec![None; self.info.props.len()])
    }

    fn missing(&self) -> Vec<&'static str> {
        Vec::new()
    }

    /// A component without a look has what was recorded, until its script draws it.
    fn render_with(&self, id: ComponentId, values: &Values<'_>, html: &mut Html) {
        match self.info.look() {
            Some(shape) => shape.draw(id, values.0, html),
            None => self.inside.render(html),
        }
    }

    fn render_as_placed(&self, _: ComponentId, html: &mut Html) {
        self.inside.render(html);
    }

    fn render_disabled(&self, id: ComponentId, html: &mut Html) {
        self.render_as_placed(id, html);
    }
}
