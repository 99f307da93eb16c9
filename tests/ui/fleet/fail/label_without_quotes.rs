//! A label that is no text.

use dash_devices::prelude::*;

#[components]
struct Ui {
    #[fleet(label = Level)]
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
