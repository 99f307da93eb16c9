//! A time is written in quotes.

use dash_devices::prelude::*;

#[components]
struct Ui {
    #[keep(for = 30)]
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
