//! A stream has no current value.

use dash_devices::prelude::*;

#[components]
struct Ui {
    #[fleet(points)]
    way: Trend,
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        page("Rover", self.way)
    }
}

fn main() {}
