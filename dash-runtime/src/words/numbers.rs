//! The numbers by which the engine, the page and the wire know things. Each kind is a type of its own, so that none is taken
//! for another.

use std::{
    fmt,
    ops::{Add, Range},
};

macro_rules! numbers {
    ($($(#[$doc:meta])* $name:ident;)*) => { $(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
        pub(crate) struct $name(usize);

        impl $name {
            pub(crate) const fn new(place: usize) -> Self {
                Self(place)
            }

            /// The place in its list.
            pub(crate) const fn place(self) -> usize {
                self.0
            }
        }
    )* };
}

numbers! {
    /// A callback's place in `callbacks![..]`.
    CallbackNo;
    /// An island's place among the islands of the plan.
    IslandNo;
    /// A list of rows, by its place among the lists of the plan.
    ListNo;
    /// A part of the device, by its place among the parts that it is taken apart into.
    PartNo;
}

/// A component's place in the `#[components]` struct.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ComponentNo(pub(crate) u16);

impl ComponentNo {
    pub(crate) fn place(self) -> usize {
        usize::from(self.0)
    }
}

/// A row of a list: 1, 2, 3 and so on, over all lists, never used twice. 0 is no row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, serde::Serialize)]
#[serde(transparent)]
pub struct RowNo(usize);

impl RowNo {
    /// What is in no row.
    pub(crate) const NONE: Self = Self(0);

    /// As pages are told of it.
    #[cfg(test)]
    pub(crate) const fn number(self) -> usize {
        self.0
    }

    /// The one after it.
    pub(crate) const fn next(self) -> Self {
        Self(self.0 + 1)
    }

    pub(crate) const fn is_none(self) -> bool {
        self.0 == 0
    }
}

impl fmt::Display for RowNo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A property's number, also on the wire: its place in the dashboard's table, in the order of components and their
/// properties; for one in a row, see [`Numbering`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, serde::Serialize)]
#[serde(transparent)]
pub(crate) struct PropNo(usize);

impl PropNo {
    /// The property at this place of the table.
    pub(crate) const fn new(place: usize) -> Self {
        Self(place)
    }

    /// The place in the table, for one that is in no row.
    pub(crate) const fn place(self) -> usize {
        self.0
    }

    /// How many places it comes after `first`, if it does not come before it.
    pub(crate) const fn after(self, first: Self) -> Option<usize> {
        self.0.checked_sub(first.0)
    }

    /// As it is on the wire.
    pub(crate) const fn wire(self) -> u64 {
        // A usize has at most 64 bits.
        self.0 as u64
    }
}

impl fmt::Display for PropNo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A property of the same component, so many places further.
impl Add<usize> for PropNo {
    type Output = Self;

    fn add(self, places: usize) -> Self {
        Self(self.0 + places)
    }
}

/// Several numbers as a list in JSON.
pub(crate) fn json<T: fmt::Display>(numbers: impl IntoIterator<Item = T>) -> String {
    let numbers: Vec<String> = numbers.into_iter().map(|number| number.to_string()).collect();
    format!("[{}]", numbers.join(","))
}

/// Properties one after the other.
pub(crate) type PropRange = Range<PropNo>;

/// All of a range. (`Range` itself can be walked only over the standard library's numbers.)
pub(crate) fn each(range: PropRange) -> impl DoubleEndedIterator<Item = PropNo> + ExactSizeIterator + Clone {
    (range.start.0..range.end.0).map(PropNo)
}

/// How properties in rows are numbered, in a dashboard with so many properties in its table.
///
/// What a row has is planned once and has numbers in the table, as any component has: these are the cells of its list. In row
/// `r` a cell has its own number plus `r` times the size of the table. So plan and page need no table of what comes and goes.
/// The script does the same in `client/numbers.js`; both read `tests/client/number-cases.json`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Numbering {
    size: usize,
}

impl Numbering {
    pub(crate) const fn new(size: usize) -> Self {
        Self { size }
    }

    /// All places of the table.
    pub(crate) fn table(self) -> impl ExactSizeIterator<Item = PropNo> + Clone {
        (0..self.size).map(PropNo)
    }

    /// Whether a property is in the table itself: in no row.
    pub(crate) const fn is_in_table(self, prop: PropNo) -> bool {
        prop.0 < self.size
    }

    /// The place in the table: of a property in a row, that of its cell.
    pub(crate) const fn place(self, prop: PropNo) -> usize {
        if prop.0 < self.size { prop.0 } else { prop.0 % self.size }
    }

    /// The cell that a property is, as it is in every row; any other property itself.
    pub(crate) const fn cell(self, prop: PropNo) -> PropNo {
        PropNo(self.place(prop))
    }

    /// The row that a property is in.
    pub(crate) const fn row(self, prop: PropNo) -> RowNo {
        if prop.0 < self.size { RowNo::NONE } else { RowNo(prop.0 / self.size) }
    }

    /// A cell in this row.
    pub(crate) const fn in_row(self, cell: PropNo, row: RowNo) -> PropNo {
        PropNo(cell.0 + row.0 * self.size)
    }

    /// What a client says.
    pub(crate) fn read(wire: u64) -> Option<PropNo> {
        usize::try_from(wire).ok().map(PropNo)
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Deserialize)]
    struct Case {
        template: usize,
        serial: usize,
        size: usize,
        number: u64,
    }

    #[test]
    fn properties_of_rows_are_numbered_as_the_script_numbers_them() {
        let cases: Vec<Case> = serde_json::from_str(include_str!("../../../tests/client/number-cases.json")).unwrap();
        for Case { template, serial, size, number } in cases {
            let (numbering, cell, row) = (Numbering::new(size), PropNo(template), RowNo(serial));
            let prop = numbering.in_row(cell, row);
            assert_eq!(prop.wire(), number);
            assert_eq!((numbering.cell(prop), numbering.row(prop)), (cell, row));
        }
    }
}
