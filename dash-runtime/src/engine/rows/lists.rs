//! The rows of lists and their values, in the shared view, and the same for a page.

use std::{
    collections::{BTreeMap, HashMap},
    fmt::Write as _,
    sync::OnceLock,
};

use super::plan::NewRow;
use crate::{
    element::Element,
    engine::{plan::Plan, rights::View, store::Slot},
    html::{ShownRow, Tree},
    numbers::{ListNo, Numbering, PropNo, PropRange, RowNo, json},
    protocol::server::{Update, quoted},
    value::Value,
};

/// The rows of all lists, in the shared view.
#[derive(Default)]
pub(crate) struct Lists {
    pub(super) lists: Vec<List>,
    pub(super) rows: BTreeMap<RowNo, Row>,
    last: RowNo,
    /// Rows that were built for the writes of a turn. They are added when the writes are published.
    pub(super) prepared: HashMap<(ListNo, u64), (RowNo, NewRow)>,
}

pub(super) struct List {
    pub(super) keys: PropNo,
    /// The number of a row's first cell in the table.
    pub(super) first: PropNo,
    pub(super) order: Vec<RowNo>,
    pub(super) by_key: HashMap<u64, RowNo>,
}

/// One row.
pub(super) struct Row {
    pub(super) list: ListNo,
    pub(super) key: Value,
    pub(super) element: Element,
    pub(super) slots: Vec<Slot>,
    /// The revision at which it was added.
    pub(super) added: u64,
    /// The JSON from which pages build it.
    pub(super) tree: OnceLock<Box<str>>,
}

impl Row {
    /// The key in readable form.
    pub(super) fn text(&self) -> String {
        self.key.get::<String>().cloned().unwrap_or_else(|| self.key.json().trim_matches('"').to_owned())
    }

    fn tree(&self, number: RowNo) -> &str {
        self.tree.get_or_init(|| encoded(&self.element.tree_for(None, Some(number))).into_boxed_str())
    }
}

/// A list of texts and elements can always be encoded as JSON.
fn encoded(tree: &[Tree]) -> String {
    serde_json::to_string(tree).unwrap_or_else(|_| "[]".to_owned())
}

impl Lists {
    /// The slot of a property in a row.
    pub(crate) fn slot(&self, prop: PropNo, numbering: Numbering) -> Option<&Slot> {
        let row = self.rows.get(&numbering.row(prop))?;
        row.slots.get(numbering.cell(prop).after(self.list(row.list).first)?)
    }

    pub(crate) fn slot_mut(&mut self, prop: PropNo, numbering: Numbering) -> Option<&mut Slot> {
        let row = self.rows.get_mut(&numbering.row(prop))?;
        let first = self.lists[row.list.place()].first;
        row.slots.get_mut(numbering.cell(prop).after(first)?)
    }

    /// The number of rows that were built and not added yet.
    #[cfg(test)]
    pub(crate) fn prepared(&self) -> usize {
        self.prepared.len()
    }

    pub(super) fn list(&self, no: ListNo) -> &List {
        &self.lists[no.place()]
    }

    pub(super) fn list_mut(&mut self, no: ListNo) -> &mut List {
        &mut self.lists[no.place()]
    }

    /// Whether there is a row with the key of this hash, or such a row was prepared.
    pub(crate) fn has_row(&self, list: ListNo, hash: u64) -> bool {
        self.list(list).by_key.contains_key(&hash) || self.prepared.contains_key(&(list, hash))
    }

    /// Stores a row that was built, until it is added.
    pub(in crate::engine) fn prepare(&mut self, (list, hash): (ListNo, u64), number: RowNo, row: NewRow) {
        self.prepared.insert((list, hash), (number, row));
    }

    /// A number that no row has had.
    pub(in crate::engine) fn next(&mut self) -> RowNo {
        self.last = self.last.next();
        self.last
    }

    /// The revision at which a row was added.
    pub(in crate::engine) fn added(&self, row: RowNo) -> Option<u64> {
        self.rows.get(&row).map(|row| row.added)
    }

    /// The row with the key of this hash.
    pub(in crate::engine) fn row_of(&self, list: ListNo, hash: u64) -> Option<RowNo> {
        self.list(list).by_key.get(&hash).copied()
    }

    /// The rows of a list, in the order of the page.
    pub(crate) fn order(&self, list: ListNo) -> &[RowNo] {
        &self.list(list).order
    }

    /// If `prop` has the keys of a list, writes the order of its rows, and the rows that were added after revision
    /// `from`.
    pub(crate) fn write_since(&self, prop: PropNo, from: u64, plan: &Plan, view: View, update: &mut Update) {
        let Some(list) = self.lists.iter().find(|list| list.keys == prop) else { return };
        let out = &mut update.rows;
        // Writing to a string cannot fail.
        let _ = write!(out, "[{prop},{},[", json(&list.order));
        let new = list.order.iter().filter_map(|number| Some((number, self.rows.get(number)?)));
        for (at, (number, row)) in new.filter(|(_, row)| row.added > from).enumerate() {
            let comma = if at == 0 { "" } else { "," };
            let (key, viewer) = (quoted(&row.text()), plan.viewer(view));
            let _ = match viewer {
                None => write!(out, "{comma}[{number},{key},{}]", row.tree(*number)),
                Some(_) => {
                    write!(out, "{comma}[{number},{key},{}]", encoded(&row.element.tree_for(viewer, Some(*number))))
                }
            };
        }
        out.push_str("]],");
    }

    /// All rows, for a page.
    pub(crate) fn shown(&self) -> ShownLists {
        let of_list = |list: &List| {
            let rows = list.order.iter().filter_map(|number| {
                let row = self.rows.get(number)?;
                let shown = ShownRow { number: *number, key: row.text(), element: row.element.clone() };
                Some(ShownCells { row: shown, slots: row.slots.clone() })
            });
            ShownList { keys: list.keys, first: list.first, rows: rows.collect() }
        };
        let lists: Vec<ShownList> = self.lists.iter().map(of_list).collect();
        let numbers = |(list, rows): (usize, &ShownList)| -> Vec<_> {
            rows.rows.iter().enumerate().map(|(at, shown)| (shown.row.number, (list, at))).collect()
        };
        let places = lists.iter().enumerate().flat_map(numbers).collect();
        ShownLists { lists, places }
    }
}

/// All rows as a page shows them.
pub(crate) struct ShownLists {
    pub(crate) lists: Vec<ShownList>,
    /// For each row, the index of its list, and its index in that list.
    places: HashMap<RowNo, (usize, usize)>,
}

/// The rows of one list.
pub(crate) struct ShownList {
    /// The property with the keys.
    pub(crate) keys: PropNo,
    /// The number of a row's first cell in the table.
    pub(crate) first: PropNo,
    pub(crate) rows: Vec<ShownCells>,
}

/// One row.
pub(crate) struct ShownCells {
    pub(crate) row: ShownRow,
    pub(crate) slots: Vec<Slot>,
}

impl ShownLists {
    pub(crate) fn rows(&self, keys: PropNo) -> Vec<ShownRow> {
        let list = self.lists.iter().find(|list| list.keys == keys);
        list.map(|list| list.rows.iter().map(|shown| shown.row.clone()).collect()).unwrap_or_default()
    }

    /// The slots of these cells in a row.
    pub(crate) fn slots(&self, row: RowNo, cells: PropRange) -> &[Slot] {
        let found = self.places.get(&row).and_then(|(list, at)| {
            let list = self.lists.get(*list)?;
            let cells = cells.start.after(list.first)?..cells.end.after(list.first)?;
            list.rows.get(*at)?.slots.get(cells)
        });
        found.unwrap_or_default()
    }
}
