//! Rows come and go.

use dash_devices::prelude::*;

#[components]
struct Ui {
    #[fleet]
    arms: Many<u32, Gauge>,
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        page("Rover", self.arms.each(|_, arm| arm))
    }
}

fn main() {}
