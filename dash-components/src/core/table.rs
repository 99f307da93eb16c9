use dash_macros::{Component, value};
use dash_runtime::{
    component::prelude::*,
    look::{Bound, Item, Shown},
};

/// A table whose rows change, for example processes, alarms or measurements.
///
/// After a change, the browser keeps or moves the rows that are still present, and writes only the cells that differ.
/// With [`key`](TableProps::key) it identifies a row by the text of one of its cells, otherwise by its position.
///
/// ```
/// # use dash_components::{Cell, Column, Table};
/// # fn of(processes: Table) -> Table {
/// processes
///     .label("Processes")
///     .columns([Column::number("PID"), Column::text("Name"), Column::number("CPU").unit("%").digits(1)])
///     .key(0)
///     .limit(10)
/// # }
/// // What a callback returns for `rows`:
/// let rows: Vec<Vec<Cell>> = vec![vec![Cell::from(1), "init".into(), Cell::from(0.3)]];
/// # let _ = rows;
/// ```
#[derive(Component)]
#[component(tag = "dd-table", style = "table.css")]
pub struct Table {
    id: ComponentId,
    /// The columns, from left to right. Required: `layout` must set them.
    #[prop(required, no_setter)]
    columns: Vec<Column>,
    /// The rows, from top to bottom, with one cell per column. A missing cell is shown as a dash. Surplus cells are not
    /// shown.
    rows: Vec<Vec<Cell>>,
    /// The index of the column, from 0, whose text identifies a row. `None` (the default): the position identifies a
    /// row.
    #[prop(no_setter)]
    key: Option<u32>,
    /// The largest number of rows that are shown. A note below the table counts the others. `None` (the default): all
    /// rows.
    #[prop(no_setter)]
    limit: Option<u32>,
    /// The name of the table for a screen reader. Empty (the default): the words of the id.
    label: String,
    /// What stands below the header while there is no row, such as `No sensors`. Default: `No rows`.
    #[prop(default = "No rows".to_owned())]
    empty: String,
}

/// One column of a [`Table`].
#[value]
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Column {
    /// The text in the column's header.
    pub name: String,
    /// The unit of the column's numbers, shown in the header. Empty: no unit.
    pub unit: String,
    /// The side to which the cells are aligned.
    pub align: Align,
    /// The number of decimals of the column's numbers, at most 20. `None`: as many as six significant digits need. Digits
    /// before the decimal point are never rounded.
    pub digits: Option<u8>,
}

/// The side to which the cells of a column are aligned.
#[value]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Align {
    /// To the left, for text.
    #[default]
    Start,
    /// To the right, for numbers: digits of equal weight are below each other.
    End,
}

impl Column {
    /// Creates a column of text, aligned to the left.
    pub fn text(name: impl IntoValue<String>) -> Self {
        Self { name: name.into_value(), unit: String::new(), align: Align::Start, digits: None }
    }

    /// Creates a column of numbers, aligned to the right.
    pub fn number(name: impl IntoValue<String>) -> Self {
        Self { align: Align::End, ..Self::text(name) }
    }

    /// Sets the unit of the column's numbers.
    #[must_use]
    pub fn unit(mut self, unit: impl IntoValue<String>) -> Self {
        self.unit = unit.into_value();
        self
    }

    /// Sets the number of decimals of the column's numbers, at most 20.
    #[must_use]
    pub fn digits(mut self, digits: u8) -> Self {
        self.digits = Some(digits);
        self
    }
}

/// One cell of a [`Table`]. `into()` converts numbers, text, and an `Option` of these.
#[value]
#[derive(Debug, Clone, Default, PartialEq)]
#[serde(untagged)]
#[non_exhaustive]
pub enum Cell {
    /// A number. A value that is not finite is shown as a dash.
    Number(f64),
    /// A piece of text.
    Text(String),
    /// No value, shown as a dash.
    #[default]
    Empty,
}

/// Its text, with all digits of a number. So a cell can be the key of a row.
impl Shown for Cell {
    type Of = String;
}

macro_rules! cell_from {
    ($($number:ty)*) => {$(
        impl From<$number> for Cell {
            fn from(number: $number) -> Self {
                Self::Number(number.into())
            }
        }
    )*};
}

cell_from!(f64 f32 i8 u8 i16 u16 i32 u32);

/// Integers that a double cannot always hold. Such a number is a text with all its digits.
macro_rules! cell_from_wide {
    ($($integer:ty)*) => {$(
        impl From<$integer> for Cell {
            fn from(integer: $integer) -> Self {
                let is_exact = (integer as i128).unsigned_abs() <= EXACT;
                if is_exact { Self::Number(integer as f64) } else { Self::Text(integer.to_string()) }
            }
        }
    )*};
}

/// Up to this size, a double holds each integer.
const EXACT: u128 = 1 << 53;

cell_from_wide!(i64 u64 isize usize);

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl<T: Into<Self>> From<Option<T>> for Cell {
    fn from(cell: Option<T>) -> Self {
        cell.map_or(Self::Empty, Into::into)
    }
}

impl Table {
    /// Sets the columns, from left to right.
    #[must_use]
    pub fn columns(mut self, columns: impl IntoIterator<Item = Column>) -> Self {
        self.columns = columns.into_iter().collect();
        self
    }

    /// Sets the index of the column, from 0, whose text identifies a row.
    #[must_use]
    pub fn key(mut self, column: u32) -> Self {
        self.key = Some(column);
        self
    }

    /// Sets the largest number of rows that are shown.
    #[must_use]
    pub fn limit(mut self, rows: u32) -> Self {
        self.limit = Some(rows);
        self
    }
}

impl View for Table {
    fn view(p: TableBound, look: &mut Look) {
        let shown = p.rows.first(p.limit);
        look.tag("div").attr("class", "dd-table-scroll").inner(|look| {
            let name = p.label.or(words_of_id());
            look.tag("table").attr("class", "dd-table").attr("aria-label", name).inner(|look| {
                look.tag("thead").inner(|look| {
                    look.tag("tr").inner(|look| look.each(p.columns, head));
                });
                look.tag("tbody").inner(|look| {
                    look.each_by(
                        shown,
                        |row| row.value.at(p.key),
                        |row, look| {
                            look.tag("tr").inner(|look| {
                                look.each(p.columns, |column, look| {
                                    let digits = column.value.field("digits", |column| &column.digits);
                                    let text = row.value.at(column.place).cell(digits);
                                    look.tag("td").attr("data-align", align(column)).text(text);
                                });
                            });
                        },
                    );
                });
            });
        });
        // The rows that are not shown.
        let more = p.rows.count() - shown.count();
        let count = more.is(1).choose("1 more row", more.number(0).then(" more rows"));
        let note = p.rows.count().reaches(1).choose(more.reaches(1).choose(count, ""), p.empty);
        look.tag("div").attr("class", "dd-table-note").text(note);
    }
}

fn align(column: Item<Column>) -> Bound<Align> {
    column.value.field("align", |column| &column.align)
}

/// The header of a column.
fn head(column: Item<Column>, look: &mut Look) {
    let unit = column.value.field("unit", |column| &column.unit);
    look.tag("th").attr("scope", "col").attr("data-align", align(column)).inner(|look| {
        look.tag("span").text(column.value.field("name", |column| &column.name));
        look.when(unit.is_known(), |look| {
            look.tag("span").attr("class", "dd-unit").text(constant(" ").then(unit));
        });
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::testing::{assert_has, component, drawn};

    fn table(rows: Vec<Vec<Cell>>) -> Table {
        component::<Table>().columns([Column::text("Name <x>"), Column::number("CPU").unit("%").digits(1)]).rows(rows)
    }

    #[test]
    fn cells_are_texts_numbers_and_dashes() {
        let table = table(vec![
            vec!["<b>".into(), Cell::from(12.25)],
            vec![Cell::Empty, Cell::from(f64::NAN)],
            vec![Cell::from(Some("short"))],
            vec!["long".into(), Cell::from(None::<f64>), "left out".into()],
        ]);
        assert_has(
            &table,
            &[
                "aria-label=\"left motor\"",
                "<th scope=\"col\" data-align=\"start\"><span>Name &lt;x&gt;</span></th>",
                "<th scope=\"col\" data-align=\"end\"><span>CPU</span><span class=\"dd-unit\"> %</span></th>",
                "<tr><td data-align=\"start\">&lt;b&gt;</td><td data-align=\"end\">12.3</td></tr>",
                "<tr><td data-align=\"start\">–</td><td data-align=\"end\">–</td></tr>",
                "<tr><td data-align=\"start\">short</td><td data-align=\"end\">–</td></tr>",
                "<tr><td data-align=\"start\">long</td><td data-align=\"end\">–</td></tr></tbody>",
            ],
        );
        assert!(!drawn(&table).contains("left out"));
    }

    #[test]
    fn a_serial_number_and_a_counter_have_all_their_digits() {
        let facts = component::<Table>().columns([Column::text("What"), Column::number("Value")]).rows(vec![
            vec!["serial number".into(), Cell::from(1_234_567_u32)],
            vec!["encoder".into(), Cell::from(-98_765_432_i32)],
            vec!["bytes".into(), Cell::from(1_795_650_123_u64)],
            vec!["rows".into(), Cell::from(12_345_678_usize)],
            vec!["id".into(), Cell::from(u64::MAX)],
            vec!["lowest".into(), Cell::from(i64::MIN)],
        ]);
        let numbers =
            ["1234567", "-98765432", "1795650123", "12345678", "18446744073709551615", "-9223372036854775808"];
        let cells = numbers.map(|number| format!("<td data-align=\"end\">{number}</td>"));
        assert_has(&facts, &cells.each_ref().map(String::as_str));
    }

    #[test]
    fn the_note_counts_the_rows_that_are_not_shown() {
        let rows = |count: usize| vec![vec![Cell::from("x"), Cell::from(1)]; count];
        let note = |text| format!("<div class=\"dd-table-note\">{text}</div>");
        assert_has(&table(vec![]), &[&note("No rows")]);
        assert_has(&table(vec![]).empty("No sensors"), &[&note("No sensors")]);
        assert_has(&table(rows(3)), &[&note("")]);
        assert_has(&table(rows(3)).limit(3), &[&note("")]);
        assert_has(&table(rows(4)).limit(3), &[&note("1 more row")]);
        let many = table(rows(500)).limit(10);
        assert_has(&many, &[&note("490 more rows")]);
        assert_eq!(drawn(&many).matches("<tr>").count(), 11);
    }

    #[test]
    fn the_script_gets_plain_values() -> serde_json::Result<()> {
        let row = [Cell::from(1), Cell::from("a"), Cell::Empty, Cell::from(f64::NAN)];
        assert_eq!(serde_json::to_string(&row)?, r#"[1.0,"a",null,null]"#);
        let back: Vec<Cell> = serde_json::from_str(r#"[1,"1",null]"#)?;
        assert_eq!(back, [Cell::Number(1.0), Cell::Text("1".to_owned()), Cell::Empty]);
        Ok(())
    }
}
