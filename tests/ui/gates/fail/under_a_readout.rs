//! A readout under a control: nobody changes it.

use dash_devices::prelude::*;

#[components]
struct Ui {
    drive: Control,
    #[under(drive)]
    speed: Slider,
    #[under(drive)]
    shown: Text,
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        page("Rover", (self.drive, self.speed, self.shown))
    }
}

fn main() {}
