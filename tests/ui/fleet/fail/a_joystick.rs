//! A value that is no number, no text and no switch.

use dash_devices::prelude::*;

#[components]
struct Ui {
    #[fleet]
    stick: Joystick,
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        page("Rover", self.stick)
    }
}

fn main() {}
