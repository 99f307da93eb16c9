//! Lists of components whose rows are added and removed while the dashboard runs. They are what Dash calls
//! pattern-matching callbacks, with typed keys.
//!
//! A field of type [`Many<K, C>`](Many) is a list of components or groups `C`, each with a key. `Ui::lamps.rows` is a
//! state property like any other: a `Vec<K>` with the keys of all rows, in the order of the page. Callbacks name the
//! properties in the rows with brackets:
//!
//! | | |
//! | --- | --- |
//! | `Ui::lamps[key].on.on` | In one row: the callback runs for one row at a time, as if it were written for each row (Dash's `MATCH`). |
//! | `Ui::lamps[..].on.on` | In all rows, as [`Rows<K, T>`](Rows) (`ALL`). |
//! | `Ui::lamps.row(7).on.on` | In the row with this key, at run time: in [`changes!`](crate::handle::Changes), `handle.get`. |

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

/// The key of a row: a plain value that can be compared. Two rows are the same if the JSON texts of their keys are
/// equal.
#[diagnostic::on_unimplemented(
    message = "rows cannot be known by a `{Self}`",
    label = "not a key",
    note = "a type of your own has `#[value]` and `#[derive(Clone, PartialEq)]`, and is `Send + Sync + 'static`"
)]
pub trait RowKey: PropValue + PartialEq {}
#[diagnostic::do_not_recommend]
impl<T: PropValue + PartialEq> RowKey for T {}

/// The type of a field of a `#[components]` struct for a list of `C`, a component or group. Each row has a key of type
/// `K`.
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
/// A new row starts with the values that [`each`](Self::each) gives its components. When a row is removed, all its
/// values are dropped. A later row with the same key is a new row. All clients have the same rows.
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

    /// The rows at the start, in the order of the page. Without this call there are none. A duplicate key is an error
    /// at the start.
    #[must_use]
    pub fn rows(mut self, rows: impl IntoIterator<Item = K>) -> Self {
        self.rows = rows.into_iter().collect();
        self
    }

    /// Sets the function that makes the elements of a row and the start values of its components. `row` is called once
    /// for each new row, also while the dashboard runs. It must only build the row and return quickly, because the
    /// dashboard waits for it.
    ///
    /// If the function panics or leaves out a required component, the row is not added and the callback that wrote
    /// `rows` has failed. If this happens at the start, the dashboard does not start.
    pub fn each<E: IntoElement>(self, row: impl Fn(&K, C) -> E + Send + Sync + 'static) -> Element {
        let Self { id, rows, build } = self;
        let template = Template::of(move |key: &K| row(key, build()).into_element());
        Element::placing(list::PlacedRows::new(id, rows, template))
    }
}

/// The type of `Ui::lamps`, for a field `lamps: Many<K, C>`: the property with the keys, and the properties in the
/// rows.
pub struct ManyProps<K, P> {
    /// The keys of all rows, in the order of the page.
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

    /// The properties of all rows, as in the wiring of callbacks.
    pub(crate) const fn any(&self) -> P {
        self.cells
    }
}

impl<K: RowKey, P: AtRow> ManyProps<K, P> {
    /// The properties of the row with this key, for use at run time: `handle.get(Ui::lamps.row(7).on.on)`.
    ///
    /// The row need not exist. The documentation of each function that takes the property says what happens then.
    pub fn row(&self, key: K) -> P {
        // A value that cannot be written as JSON is the key of no row.
        let row = Value::new(key).map_or(0, |key| hash(&key));
        self.cells.at_row(InRow::Keyed(row))
    }
}

impl<K, P: Copy> AtRow for ManyProps<K, P> {
    /// Unchanged: rows cannot contain rows.
    fn at_row(self, _row: InRow) -> Self {
        self
    }
}
