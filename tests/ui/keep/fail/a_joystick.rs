//! A control that acts only while it is held.

use dash_devices::prelude::*;

#[components]
struct Ui {
    #[keep]
    drive: Joystick,
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        page("Garden", self.drive)
    }
}

fn main() {}
