//! `#[under(..)]` with one gate twice.

use dash_devices::prelude::*;

#[components]
struct Ui {
    drive: Control,
    #[under(drive, drive)]
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
