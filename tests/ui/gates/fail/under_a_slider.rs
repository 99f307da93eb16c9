//! `#[under(..)]` with a field that decides nothing.

use dash_devices::prelude::*;

#[components]
struct Ui {
    limit: Slider,
    #[under(limit)]
    speed: Slider,
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        page("Rover", (self.limit, self.speed))
    }
}

fn main() {}
