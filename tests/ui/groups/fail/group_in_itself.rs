//! A group is in itself: as a field, in an array, and in the rows of a list.

use dash_devices::prelude::*;

#[components]
struct Ui {
    speed: Slider,
    inner: Ui,
}

#[components]
struct Channel {
    level: Gauge,
    parts: [Self; 2],
}

#[components]
struct Tree {
    name: Text,
    branches: Many<u32, Tree>,
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        page("Motor", (self.speed, self.inner))
    }
}

fn main() {}
