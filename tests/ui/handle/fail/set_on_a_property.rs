//! A property that is set like a cell.

use dash_devices::prelude::*;

#[components]
struct Ui {
    volts: Gauge,
}

fn measured(volts: f64) {
    Ui::volts.value.set(volts);
}

fn is_high() -> bool {
    Ui::volts.value.get() > Some(3.0)
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        measured(if is_high() { 1.0 } else { 2.0 });
        page("Supply", self.volts)
    }
}

fn main() {}
