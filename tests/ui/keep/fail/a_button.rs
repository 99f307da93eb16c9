//! A component that has only an event.

use dash_devices::prelude::*;

#[components]
struct Ui {
    #[keep]
    water: Button,
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        page("Garden", self.water)
    }
}

fn main() {}
