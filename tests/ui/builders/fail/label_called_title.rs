//! The name that other libraries have for `label`.

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
        page("Rover", self.speed.title("Speed"))
    }
}

fn main() {}
