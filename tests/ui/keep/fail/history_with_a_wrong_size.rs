//! GiB is not a unit here.

use dash_devices::prelude::*;

#[components]
struct Ui {
    #[keep(for = "30d", size = "1 GiB")]
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
