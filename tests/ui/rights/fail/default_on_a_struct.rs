//! The default for the whole dashboard is not on one of its structs.

use dash_devices::prelude::*;

#[derive(Role)]
enum Lab {
    Guest,
    Operator,
}

#[components(role = Lab, default_needs = Lab::Operator)]
struct Ui {
    speed: Slider,
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        page("Lab", self.speed)
    }
}

fn main() {}
