//! A dashboard without roles has no default to name.

use dash_devices::prelude::*;

#[derive(Role)]
enum Lab {
    Guest,
    Operator,
}

#[components]
struct Ui {
    speed: Slider,
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];
    const DEFAULT_NEEDS: Option<Lab> = Some(Lab::Operator);

    fn layout(self) -> Element {
        page("Lab", self.speed)
    }
}

fn main() {}
