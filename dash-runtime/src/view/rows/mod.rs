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

use std::{fmt, ops::Index};

pub use field::PutMany;
pub(crate) use list::{RowsInfo, Template, hash, hash_of, twice};
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
    place: Place<K>,
}

/// Places a list of rows. Only a list whose keys are keys of rows has such a function. So the methods need no bound, and
/// a key that is none is one error, at the field.
type Place<K> = fn(ComponentId, Vec<K>, Box<dyn Fn(&K) -> Element + Send + Sync>) -> Element;

impl<K: fmt::Debug, C> fmt::Debug for Many<K, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Many").field("id", &self.id).field("rows", &self.rows).finish_non_exhaustive()
    }
}

impl<K: RowKey, C> Many<K, C> {
    pub(crate) const fn new(id: ComponentId, build: fn() -> C) -> Self {
        Self { id, rows: Vec::new(), build, place: list::place }
    }
}

impl<K: 'static, C: 'static> Many<K, C> {
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
        let Self { id, rows, build, place } = self;
        place(id, rows, Box::new(move |key| row(key, build()).into_element()))
    }
}

/// The type of `Ui::lamps`, for a field `lamps: Many<K, C>`: the property with the keys, and the properties in the
/// rows.
pub struct ListProps<K, P> {
    /// The keys of all rows, in the order of the page.
    pub rows: Prop<Vec<K>>,
    cells: P,
}

impl<K, P: Copy> Clone for ListProps<K, P> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K, P: Copy> Copy for ListProps<K, P> {}

impl<K, P> fmt::Debug for ListProps<K, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ListProps").field("rows", &self.rows).finish_non_exhaustive()
    }
}

impl<K, P: Copy> ListProps<K, P> {
    pub(crate) const fn new(list: ComponentId, cells: P) -> Self {
        Self { rows: Prop::new(list, "rows", 0).keys(), cells }
    }

    /// The properties of all rows, as in the wiring of callbacks.
    pub(crate) const fn any(&self) -> P {
        self.cells
    }
}

impl<K: RowKey, P: AtRow> ListProps<K, P> {
    /// The properties of the row with this key, for use at run time: `handle.get(Ui::lamps.row(7).on.on)`.
    ///
    /// The row need not exist. The documentation of each function that takes the property says what happens then.
    pub fn row(&self, key: K) -> P {
        // A value that cannot be written as JSON is the key of no row.
        let row = Value::new(key).map_or(0, |key| hash(&key));
        self.cells.at_row(InRow::Keyed(row))
    }
}

/// What a list would need to have rows by number. Nothing has it: this trait exists for its error message.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "the rows of a list are known by their keys, and not by numbers",
    label = "a list",
    note = "in a callback's properties, `Ui::lamps[key]` is the row that it runs for, and `Ui::lamps[..]` are all rows",
    note = "in `changes!` and `handle.get`, `Ui::lamps.row(7)` is the row with the key 7"
)]
pub trait Numbered {}

/// Only so that `Ui::lamps[3]` has an understandable error.
impl<K, P, I> Index<I> for ListProps<K, P>
where
    Self: Numbered,
{
    type Output = P;

    fn index(&self, _row: I) -> &P {
        &self.cells
    }
}

/// What a list would need so that its rows can be gone through. Nothing has it: this trait exists for its error message.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "the rows of a list come and go, so `each` says how one of them is made: `self.lamps.each(|key, lamp| ..)`",
    label = "write `each` instead, with a function of the key and the row"
)]
pub trait Iterated {}

impl<K, C> Many<K, C> {
    /// Only so that `self.lamps.into_iter()` has an understandable error.
    #[doc(hidden)]
    #[allow(clippy::should_implement_trait, reason = "nothing can be gone through")]
    pub fn into_iter(self) -> std::vec::IntoIter<C>
    where
        Self: Iterated,
    {
        Vec::new().into_iter()
    }

    /// Only so that `self.lamps.map(..)` has an understandable error.
    #[doc(hidden)]
    pub fn map<U>(self, _row: impl FnMut(C) -> U) -> Vec<U>
    where
        Self: Iterated,
    {
        Vec::new()
    }
}

/// What a list would need to be placed by a callback, or to have a callback listed for it. Nothing has it: this trait
/// exists for its error message.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`layout` places a list, as in `self.lamps.each(|key, lamp| ..)`, and its rows come and go by themselves",
    label = "a list",
    note = "to show a list on one of several pages, place it in `layout`, and hide it elsewhere with `show_when`"
)]
pub trait PlacedByCallback {
    /// The element.
    type Placed;
}

#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a callback runs for each row by itself: list it by its name alone",
    label = "a list",
    note = "the callback names properties of the row with `[key]`, as in `#[input(Ui::lamps[key].on.on)]`"
)]
pub trait ListedFor {
    /// The place.
    type At;
}

/// What an array of groups would need to have a callback listed for it as a whole. Nothing has it: this trait exists for
/// its error message.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "there are several groups here: say for which of them the callback is listed",
    label = "an array",
    note = "`drive for Ui::panels[0..4]` lists it for the first four, and `drive for Ui::panels[3]` for one"
)]
pub trait ListedForAll {
    /// The place.
    type At;
}

/// Only so that `drive for Ui::panels` of an array has an understandable error.
#[doc(hidden)]
pub trait ArrayAt {
    #[doc(hidden)]
    fn __dd_at(&self) -> <Self as ListedForAll>::At
    where
        Self: ListedForAll;
}

impl<P, const N: usize> ArrayAt for [P; N] {
    fn __dd_at(&self) -> <Self as ListedForAll>::At
    where
        Self: ListedForAll,
    {
        unreachable!("no array implements what this needs")
    }
}

impl<K, P: Copy> ListProps<K, P> {
    /// Only so that `Ui::lamps.place()` has an understandable error.
    #[doc(hidden)]
    pub fn place(self) -> <Self as PlacedByCallback>::Placed
    where
        Self: PlacedByCallback,
    {
        unreachable!("nothing implements what this needs")
    }

    /// Only so that `Ui::lamps.place()` in a callback has one error.
    #[doc(hidden)]
    pub const fn __dd_is_dynamic(&self) {}

    /// Only so that `callbacks![drive for Ui::lamps]` has an understandable error.
    #[doc(hidden)]
    pub const fn __dd_at(&self) -> <Self as ListedFor>::At
    where
        Self: ListedFor,
    {
        panic!("a callback runs for each row by itself")
    }
}

impl<K, P: Copy> AtRow for ListProps<K, P> {
    /// Unchanged: rows cannot contain rows.
    fn at_row(self, _row: InRow) -> Self {
        self
    }
}
