//! The numbers that identify things in the engine, on the page and on the wire. Each kind is a type of its own, so that
//! the compiler finds a mix-up.

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

            /// The index in its list.
            pub(crate) const fn place(self) -> usize {
                self.0
            }
        }
    )* };
}

numbers! {
    /// The index of a callback in `callbacks![..]`.
    CallbackNo;
    /// The index of an island in the plan.
    IslandNo;
    /// The index of a list of rows in the plan.
    ListNo;
    /// The index of a part of the device, among the parts that the device is split into.
    PartNo;
}

/// The index of a component in the `#[components]` struct.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ComponentNo(pub(crate) u16);

impl ComponentNo {
    pub(crate) fn place(self) -> usize {
        usize::from(self.0)
    }
}

/// The number of a row: 1, 2, 3 and so on, counted over all lists and never reused. 0 means "no row".
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, serde::Serialize)]
#[serde(transparent)]
pub struct RowNo(usize);

impl RowNo {
    /// "Not in a row".
    pub(crate) const NONE: Self = Self(0);

    /// The number as pages get it.
    #[cfg(test)]
    pub(crate) const fn number(self) -> usize {
        self.0
    }

    /// The next number.
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

/// A property's number, also on the wire: its index in the dashboard's table, in the order of components and their
/// properties. For a property in a row, see [`Numbering`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, serde::Serialize)]
#[serde(transparent)]
pub(crate) struct PropNo(usize);

impl PropNo {
    /// The property at this index of the table.
    pub(crate) const fn new(place: usize) -> Self {
        Self(place)
    }

    /// The index in the table. Only for a property that is not in a row.
    pub(crate) const fn place(self) -> usize {
        self.0
    }

    /// The distance from `first`, or `None` if this property comes before `first`.
    pub(crate) const fn after(self, first: Self) -> Option<usize> {
        self.0.checked_sub(first.0)
    }

    /// The number as it is on the wire.
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

/// A later property of the same component.
impl Add<usize> for PropNo {
    type Output = Self;

    fn add(self, places: usize) -> Self {
        Self(self.0 + places)
    }
}

/// A JSON list of numbers.
pub(crate) fn json<T: fmt::Display>(numbers: impl IntoIterator<Item = T>) -> String {
    let numbers: Vec<String> = numbers.into_iter().map(|number| number.to_string()).collect();
    format!("[{}]", numbers.join(","))
}

/// Consecutive properties.
pub(crate) type PropRange = Range<PropNo>;

/// Iterates over a range. (`Range` itself iterates only over the number types of the standard library.)
pub(crate) fn each(range: PropRange) -> impl DoubleEndedIterator<Item = PropNo> + ExactSizeIterator + Clone {
    (range.start.0..range.end.0).map(PropNo)
}

/// The numbering of properties in rows, for a dashboard with `size` properties in its table.
///
/// The table has each property that a row has once, like the properties of any component. These are the *cells* of the
/// list. In row `r`, a cell has its own number plus `r` times the size of the table. So neither the plan nor the page
/// needs a table that changes when rows are added or removed. The script does the same in `client/numbers.js`. Both
/// pass `tests/client/number-cases.json`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Numbering {
    size: usize,
}

impl Numbering {
    pub(crate) const fn new(size: usize) -> Self {
        Self { size }
    }

    /// All properties of the table.
    pub(crate) fn table(self) -> impl ExactSizeIterator<Item = PropNo> + Clone {
        (0..self.size).map(PropNo)
    }

    /// Whether a property is in the table itself, and not in a row.
    pub(crate) const fn is_in_table(self, prop: PropNo) -> bool {
        prop.0 < self.size
    }

    /// The index in the table. For a property in a row, the index of its cell.
    pub(crate) const fn place(self, prop: PropNo) -> usize {
        if prop.0 < self.size { prop.0 } else { prop.0 % self.size }
    }

    /// The cell of a property in a row, or the property itself if it is not in a row.
    pub(crate) const fn cell(self, prop: PropNo) -> PropNo {
        PropNo(self.place(prop))
    }

    /// The row of a property.
    pub(crate) const fn row(self, prop: PropNo) -> RowNo {
        if prop.0 < self.size { RowNo::NONE } else { RowNo(prop.0 / self.size) }
    }

    /// A cell in this row.
    pub(crate) const fn in_row(self, cell: PropNo, row: RowNo) -> PropNo {
        PropNo(cell.0 + row.0 * self.size)
    }

    /// Reads a number that a client sent.
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
