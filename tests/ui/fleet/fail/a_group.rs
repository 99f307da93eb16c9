//! A group has several values.

use dash_devices::prelude::*;

#[components]
struct Pair {
    left: Slider,
    right: Slider,
}

#[components]
struct Ui {
    #[fleet]
    pair: Pair,
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        page("Rover", (self.pair.left, self.pair.right))
    }
}

fn main() {}
