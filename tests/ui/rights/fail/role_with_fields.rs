//! A role has no fields and no number.

use dash_devices::prelude::*;

#[derive(Role)]
enum Role {
    Guest,
    Operator,
    Admin,
}

#[derive(Role)]
enum Crew {
    Sailor = 3,
    Captain(String),
}

#[components(role = Role)]
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
