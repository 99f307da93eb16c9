//! One label for two values.

use dash_devices::prelude::*;

#[components]
struct Ui {
    #[fleet(value, max, label = "Level")]
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
