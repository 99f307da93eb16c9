use dash_devices::prelude::*;

#[components]
struct Ui {
    go: Button,
    cells: Many<(u32, u32), Text>,
}

#[callback_shared(output = Ui::cells[key].text)]
fn name(#[key] (row, column): (u32, u32), #[state(Ui::cells[key].label)] label: &str, #[input(Ui::go.click)] _: Option<()>) -> String {
    format!("{label} {row} {column}")
}

fn main() {}
