//! A component that shows no value.

use dash_devices::prelude::*;

#[components]
struct Ui {
    #[fleet]
    stop: Button,
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        page("Rover", self.stop)
    }
}

fn main() {}
