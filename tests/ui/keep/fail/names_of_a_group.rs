//! Names are for the properties of one component.

use dash_devices::prelude::*;

#[components]
struct Pair {
    left: Slider,
    right: Slider,
}

#[components]
struct Ui {
    #[keep(left)]
    pair: Pair,
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        page("Garden", (self.pair.left, self.pair.right))
    }
}

fn main() {}
