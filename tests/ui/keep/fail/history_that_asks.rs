//! Nobody is asked about the past.

use dash_devices::prelude::*;

#[components]
struct Ui {
    #[keep(ask, for = "30d")]
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
