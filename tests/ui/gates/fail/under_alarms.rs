//! An alarm stops nothing.

use dash_devices::prelude::*;

#[components]
struct Ui {
    alarms: Alarms,
    #[under(alarms)]
    speed: Slider,
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        page("Boiler", (self.alarms, self.speed))
    }
}

fn main() {}
