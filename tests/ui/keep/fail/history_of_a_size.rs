//! A size needs a time too.

use dash_devices::prelude::*;

#[components]
struct Ui {
    #[keep(size = "1GB")]
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
