//! The default of a dashboard names one of its own roles.

use dash_devices::prelude::*;

#[derive(Role)]
enum Lab {
    Guest,
    Operator,
}

#[derive(Role)]
enum House {
    Child,
    Adult,
}

#[components(role = Lab)]
struct Ui {
    speed: Slider,
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];
    const DEFAULT_NEEDS: Option<House> = Some(House::Adult);

    fn layout(self) -> Element {
        page("Lab", self.speed)
    }
}

fn main() {}
