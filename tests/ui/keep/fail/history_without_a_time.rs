//! A chart is kept for some time.

use dash_devices::prelude::*;

#[components]
struct Ui {
    #[keep]
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
