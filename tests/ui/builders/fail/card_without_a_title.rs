//! A card whose only argument is its content.

use dash_devices::prelude::*;

#[components]
struct Ui {
    speed: Slider,
    readout: Text,
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        page("Rover", card((self.speed, self.readout)))
    }
}

fn main() {}
