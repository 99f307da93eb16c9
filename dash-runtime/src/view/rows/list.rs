//! Lists of rows without their types, as the engine uses them.

use std::{
    collections::{BTreeSet, hash_map::RandomState},
    fmt,
    hash::BuildHasher as _,
    ops::Range,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, OnceLock},
};

use super::{RowKey, field::info};
use crate::{
    component::{ComponentInfo, Values},
    element::{Element, Placed},
    html::Html,
    prop::ComponentId,
    value::Value,
    words::panic::text_of,
};

/// A list of rows among the components of a page.
#[derive(Debug)]
pub(crate) struct RowsInfo {
    /// The index of the list among the components.
    pub(crate) list: usize,
    /// The indices of the components that each row has.
    pub(crate) cells: Range<usize>,
    /// The keys in a value of `rows`.
    pub(crate) keys: fn(&Value) -> Vec<Value>,
}

impl RowsInfo {
    pub(crate) fn new<K: RowKey>(list: usize, cells: Range<usize>) -> Self {
        Self { list, cells, keys: keys::<K> }
    }
}

fn keys<K: RowKey>(rows: &Value) -> Vec<Value> {
    // The list was encoded before, so each key can be encoded.
    rows.get::<Vec<K>>().into_iter().flatten().filter_map(|key| Value::new(key.clone()).ok()).collect()
}

/// The hash that identifies a row's key. It is computed from the JSON, so it does not depend on the key's type.
pub(crate) fn hash(key: &Value) -> u64 {
    hash_of(key.json())
}

/// The same for the JSON of a key.
pub(crate) fn hash_of(json: &str) -> u64 {
    // The hash is keyed with a random key per process, so nobody can choose colliding keys. Two keys collide by chance
    // with probability 2^-64.
    static HASHER: OnceLock<RandomState> = OnceLock::new();
    HASHER.get_or_init(RandomState::new).hash_one(json)
}

/// The first duplicate key.
pub(crate) fn twice(keys: &[Value]) -> Option<&Value> {
    let mut seen = BTreeSet::new();
    keys.iter().find(|key| !seen.insert(key.json()))
}

/// Makes a row from its key. `None` for a key of another type.
type Make = dyn Fn(&Value) -> Option<Element> + Send + Sync;

/// How the rows of a list are made.
#[derive(Clone)]
pub(crate) struct Template(Arc<Make>);

impl fmt::Debug for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Template")
    }
}

impl Template {
    fn of<K: RowKey>(make: impl Fn(&K) -> Element + Send + Sync + 'static) -> Self {
        Self(Arc::new(move |key| key.get::<K>().map(&make)))
    }

    /// Makes the row with this key.
    ///
    /// # Errors
    /// The message of the panic, if the user's function panicked.
    pub(crate) fn make(&self, key: &Value) -> Result<Element, String> {
        match catch_unwind(AssertUnwindSafe(|| (self.0)(key))) {
            Ok(row) => row.ok_or_else(|| "the key is of another type".to_owned()),
            Err(payload) => Err(format!("the function in `each` panicked: {}", text_of(&*payload))),
        }
    }
}

/// The list as an element whose rows `make` makes.
pub(super) fn place<K: RowKey>(
    id: ComponentId,
    rows: Vec<K>,
    make: Box<dyn Fn(&K) -> Element + Send + Sync>,
) -> Element {
    Element::placing(PlacedRows { id, rows, template: Template::of(make) })
}

/// A list that `layout` placed.
struct PlacedRows<K> {
    id: ComponentId,
    rows: Vec<K>,
    template: Template,
}

impl<K: RowKey> Placed for PlacedRows<K> {
    fn info(&self) -> &'static ComponentInfo {
        info::<K>()
    }

    fn id(&self) -> ComponentId {
        self.id
    }

    fn values(&self) -> Result<Vec<Option<Value>>, String> {
        Ok(vec![Some(Value::new(self.rows.clone()).map_err(|error| error.to_string())?)])
    }

    fn missing(&self) -> Vec<&'static str> {
        Vec::new()
    }

    fn render_with(&self, id: ComponentId, _: &Values<'_>, html: &mut Html) {
        for row in html.rows(id) {
            row.render(html);
        }
    }

    /// Writes nothing: a list has rows only in a document.
    fn render_as_placed(&self, _: ComponentId, _: &mut Html) {}

    fn template(&self) -> Option<&Template> {
        Some(&self.template)
    }

    fn samples(&self) -> Vec<Element> {
        // Errors are ignored here: the engine reports a row that cannot be made.
        self.rows.iter().filter_map(|key| self.template.make(&Value::new(key.clone()).ok()?).ok()).collect()
    }
}
