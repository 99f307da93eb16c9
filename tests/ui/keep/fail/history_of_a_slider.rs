//! A slider has no stream with a history.

use dash_devices::prelude::*;

#[components]
struct Ui {
    #[keep(for = "30d")]
    water: Slider,
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        page("Garden", self.water)
    }
}

fn main() {}
