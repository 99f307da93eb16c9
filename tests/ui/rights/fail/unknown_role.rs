//! A role that the enum does not have.

use dash_devices::prelude::*;

#[derive(Role)]
enum Role {
    Guest,
    Operator,
    Admin,
}

#[components(role = Role)]
struct Ui {
    #[needs(Role::Boss)]
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
