//! A month is not a unit.

use dash_devices::prelude::*;

#[components]
struct Ui {
    #[keep(for = "6 months")]
    air: Trend,
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        page("Garden", self.air.series(["a"]))
    }
}

fn main() {}
