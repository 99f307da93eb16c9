//! A field of a group that is in the rows of a list.

use dash_devices::prelude::*;

#[components]
struct Arm {
    #[fleet]
    load: Gauge,
    name: Text,
}

#[components]
struct Ui {
    arms: Many<u32, Arm>,
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        page("Rover", self.arms.each(|_, arm| row((arm.load, arm.name))))
    }
}

fn main() {}
