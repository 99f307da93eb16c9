//! A list of rows without its types: what the engine works with.

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

/// A list among the components of a page.
#[derive(Debug)]
pub(crate) struct RowsInfo {
    /// Its place among the components.
    pub(crate) list: usize,
    /// The places of those that each row has.
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
    // A key that was written as a part of a list can be written by itself.
    rows.get::<Vec<K>>().into_iter().flatten().filter_map(|key| Value::new(key.clone()).ok()).collect()
}

/// The hash by which a row's key is known: of its JSON, so that it does not depend on the key's type.
pub(crate) fn hash(key: &Value) -> u64 {
    // Keyed anew in each process, so that nobody can choose keys that collide. By chance two do once in 2^64 pairs.
    static HASHER: OnceLock<RandomState> = OnceLock::new();
    HASHER.get_or_init(RandomState::new).hash_one(key.json())
}

/// The first key that is there twice.
pub(crate) fn twice(keys: &[Value]) -> Option<&Value> {
    let mut seen = BTreeSet::new();
    keys.iter().find(|key| !seen.insert(key.json()))
}

/// How a row is made of its key; `None` for a key of another type.
type Make = dyn Fn(&Value) -> Option<Element> + Send + Sync;

/// How a row is made.
#[derive(Clone)]
pub(crate) struct Template(Arc<Make>);

impl fmt::Debug for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Template")
    }
}

impl Template {
    pub(super) fn of<K: RowKey>(make: impl Fn(&K) -> Element + Send + Sync + 'static) -> Self {
        Self(Arc::new(move |key| key.get::<K>().map(&make)))
    }

    /// The row with this key.
    ///
    /// # Errors
    /// What the panic said, if the user's function panicked.
    pub(crate) fn make(&self, key: &Value) -> Result<Element, String> {
        match catch_unwind(AssertUnwindSafe(|| (self.0)(key))) {
            Ok(row) => row.ok_or_else(|| "the key is of another type".to_owned()),
            Err(payload) => Err(format!("the function in `each` panicked: {}", text_of(&*payload))),
        }
    }
}

/// A list that `layout` placed.
pub(super) struct PlacedRows<K> {
    id: ComponentId,
    rows: Vec<K>,
    template: Template,
}

impl<K: RowKey> PlacedRows<K> {
    pub(super) const fn new(id: ComponentId, rows: Vec<K>, template: Template) -> Self {
        Self { id, rows, template }
    }
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

    /// Nobody has placed rows in a list that is not on a page.
    fn render_as_placed(&self, _: ComponentId, _: &mut Html) {}

    fn template(&self) -> Option<&Template> {
        Some(&self.template)
    }

    fn samples(&self) -> Vec<Element> {
        // A row that cannot be made is reported where the rows are made.
        self.rows.iter().filter_map(|key| self.template.make(&Value::new(key.clone()).ok()?).ok()).collect()
    }
}
