//! A function of a stop that returns a number.

use dash_devices::prelude::*;

#[components]
struct Ui {
    stop: Stop,
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn stops(_: &()) -> Stops<Self> {
        Stops::new().on(Self::stop, || 7)
    }

    fn layout(self) -> Element {
        page("Rover", self.stop)
    }
}

fn main() {}
