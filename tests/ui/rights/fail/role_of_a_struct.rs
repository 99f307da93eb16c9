//! Roles are an enum.

use dash_devices::prelude::*;

#[derive(Role)]
enum Role {
    Guest,
    Operator,
    Admin,
}

#[derive(Role)]
struct Crew;

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
