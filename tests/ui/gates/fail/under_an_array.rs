//! `#[under(..)]` with an array of gates.

use dash_devices::prelude::*;

#[components]
struct Ui {
    stops: [Stop; 2],
    #[under(stops)]
    speed: Slider,
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        { let [left, right] = self.stops; page("Rover", (left, right, self.speed)) }
    }
}

fn main() {}
