//! The attribute twice.

use dash_devices::prelude::*;

#[components]
struct Ui {
    #[fleet(value)]
    #[fleet(max)]
    level: Gauge,
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        page("Rover", self.level)
    }
}

fn main() {}
