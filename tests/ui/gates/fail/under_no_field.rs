//! `#[under(..)]` with a name that no field has.

use dash_devices::prelude::*;

#[components]
struct Ui {
    drive: Control,
    #[under(drives)]
    speed: Slider,
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        page("Rover", (self.drive, self.speed))
    }
}

fn main() {}
