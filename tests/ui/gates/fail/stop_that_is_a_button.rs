//! A function for a button instead of a stop.

use dash_devices::prelude::*;

#[components]
struct Ui {
    halt: Button,
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn stops(_: &()) -> Stops<Self> {
        Stops::new().on(Self::halt, || ())
    }

    fn layout(self) -> Element {
        page("Rover", self.halt)
    }
}

fn main() {}
