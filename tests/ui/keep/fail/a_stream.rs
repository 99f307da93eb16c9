//! A stream has no value.

use dash_devices::prelude::*;

#[components]
struct Ui {
    #[keep(points)]
    history: Trend,
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        page("Garden", self.history)
    }
}

fn main() {}
