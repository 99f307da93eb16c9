//! The history of alarms keeps the alarms too.

use dash_devices::prelude::*;

#[components]
struct Ui {
    #[keep]
    #[keep(for = "30d")]
    alarms: Alarms,
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        page("Boiler", self.alarms)
    }
}

fn main() {}
