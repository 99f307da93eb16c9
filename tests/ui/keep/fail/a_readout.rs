//! A component in which nobody sets anything.

use dash_devices::prelude::*;

#[components]
struct Ui {
    #[keep]
    level: Gauge,
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        page("Garden", self.level)
    }
}

fn main() {}
