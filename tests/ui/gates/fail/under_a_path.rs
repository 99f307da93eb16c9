//! `#[under(..)]` with a path and with nothing.

use dash_devices::prelude::*;

#[components]
struct Ui {
    drive: Control,
    #[under(Ui::drive)]
    speed: Slider,
    #[under]
    limit: Slider,
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        page("Rover", (self.drive, self.speed, self.limit))
    }
}

fn main() {}
