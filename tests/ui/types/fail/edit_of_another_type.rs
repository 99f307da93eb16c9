// The edit is of a list of texts, the table's rows are lists of cells.

use dash_devices::prelude::*;

#[components]
struct Ui {
    add: Button,
    table: Table,
}

#[callback_shared(on = Ui::add.click, output = Ui::table.rows)]
fn add() -> Edit<Vec<String>> {
    Edit::list().push("a row".to_owned())
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![add];

    fn layout(self) -> Element {
        page("Edits", (self.add, self.table.columns([Column::text("Name")])))
    }
}

fn main() {}
