//! A range of integers, without its end.

use dash_devices::prelude::*;

#[components]
struct Ui {
    speed: Slider,
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        page("Rover", self.speed.range(0..100))
    }
}

fn main() {}
