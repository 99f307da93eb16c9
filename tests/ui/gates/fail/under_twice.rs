//! `#[under(..)]` with the field itself.

use dash_devices::prelude::*;

#[components]
struct Ui {
    #[under(drive, drive)]
    drive: Control,
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        page("Rover", self.drive)
    }
}

fn main() {}
