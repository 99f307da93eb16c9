//! Lists of components whose rows come and go while the dashboard runs: what Dash calls pattern-matching callbacks, with
//! typed keys.
//!
//! A field of type [`Many<K, C>`](Many) stands for any number of a component or group `C`, each known by a key. Which rows
//! there are is a state property like any other, `Ui::lamps.rows`, a `Vec<K>` in the order of the page. Callbacks name
//! what is in the rows with brackets:
//!
//! | | |
//! | --- | --- |
//! | `Ui::lamps[key].on.value` | of one row: the callback runs for one row at a time, as if it were written for each (Dash's `MATCH`) |
//! | `Ui::lamps[..].on.value` | of all rows, as [`Rows<K, T>`](Rows) (`ALL`) |
//! | `Ui::lamps.row(7).on.value` | of this row, at run time: in [`changes!`](crate::handle::Changes), `handle.get` |

mod field;
mod list;
mod values;

use std::fmt;

pub use field::PutMany;
pub(crate) use list::{RowsInfo, Template, hash, twice};
pub use values::Rows;

use crate::{
    element::{Element, IntoElement},
    fields::AtRow,
    prop::{ComponentId, InRow, Prop, PropValue},
    value::Value,
};

/// What a row can be known by: a plain value that can be compared. Two rows are the same if their keys are written as the
/// same JSON.
#[diagnostic::on_unimplemented(
    message = "rows cannot be known by a `{Self}`",
    label = "not a key",
    note = "a type of your own has `#[value]` and `#[derive(Clone, PartialEq)]`, and is `Send + Sync + 'static`"
)]
pub trait RowKey: PropValue + PartialEq {}
#[diagnostic::do_not_recommend]
impl<T: PropValue + PartialEq> RowKey for T {}

/// As a field of a `#[components]` struct: any number of `C`, a component or group, each with a key of type `K`.
///
/// ```text
/// #[components]
/// struct Ui {
///     add: Button,
///     lamps: Many<u32, Lamp>,
/// }
///
/// fn layout(self) -> Element {
///     let lamps = self.lamps.rows([1, 2]).each(|key, lamp| card(format!("Lamp {key}"), (lamp.on, lamp.level)));
///     page("Workshop", (self.add.label("Add"), lamps))
/// }
/// ```
///
/// A row that comes starts with what [`each`](Self::each) gives its components; one that goes is forgotten with all its
/// values, and a later row with the same key is a new one. Everybody has the same rows.
pub struct Many<K, C> {
    id: ComponentId,
    rows: Vec<K>,
    build: fn() -> C,
}

impl<K: fmt::Debug, C> fmt::Debug for Many<K, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Many").field("id", &self.id).field("rows", &self.rows).finish_non_exhaustive()
    }
}

impl<K: RowKey, C: 'static> Many<K, C> {
    pub(crate) const fn new(id: ComponentId, build: fn() -> C) -> Self {
        Self { id, rows: Vec::new(), build }
    }

    /// The rows that are there at the start, in the order of the page. None, if this is not called. A key that is there
    /// twice is a fault that the start reports.
    #[must_use]
    pub fn rows(mut self, rows: impl IntoIterator<Item = K>) -> Self {
        self.rows = rows.into_iter().collect();
        self
    }

    /// How a row looks, and what its components start with. `row` is called for each row when it comes, also while the
    /// dashboard runs; it is to build the row and do nothing else: the dashboard waits for it.
    ///
    /// A row whose function panics, or leaves out what a component needs, does not come: the callback that wrote
    /// `rows` has failed, and at the start the dashboard does not start.
    pub fn each<E: IntoElement>(self, row: impl Fn(&K, C) -> E + Send + Sync + 'static) -> Element {
        let Self { id, rows, build } = self;
        let template = Template::of(move |key: &K| row(key, build()).into_element());
        Element::placing(list::PlacedRows::new(id, rows, template))
    }
}

/// What `Ui::lamps` is, for a field `lamps: Many<K, C>`: the list of the rows' keys, and what is in them.
pub struct ManyProps<K, P> {
    /// Which rows there are, in the order of the page.
    pub rows: Prop<Vec<K>>,
    cells: P,
}

impl<K, P: Copy> Clone for ManyProps<K, P> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K, P: Copy> Copy for ManyProps<K, P> {}

impl<K, P> fmt::Debug for ManyProps<K, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ManyProps").field("rows", &self.rows).finish_non_exhaustive()
    }
}

impl<K, P: Copy> ManyProps<K, P> {
    pub(crate) const fn new(list: ComponentId, cells: P) -> Self {
        Self { rows: Prop::new(list, "rows", 0), cells }
    }

    /// What all rows have, as in the wiring of callbacks.
    pub(crate) const fn any(&self) -> P {
        self.cells
    }
}

impl<K: RowKey, P: AtRow> ManyProps<K, P> {
    /// The properties of the row with this key, for use at run time: `handle.get(Ui::lamps.row(7).on.value)`.
    ///
    /// Nothing says that there is such a row. What happens without one is said where the property is used.
    pub fn row(&self, key: K) -> P {
        // What is not even JSON is no row's key.
        let row = Value::new(key).map_or(0, |key| hash(&key));
        self.cells.at_row(InRow::Keyed(row))
    }
}

impl<K, P: Copy> AtRow for ManyProps<K, P> {
    /// There are no rows in rows.
    fn at_row(self, _row: InRow) -> Self {
        self
    }
}
