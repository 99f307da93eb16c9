//! The list is for everybody, and the value is not.

use dash_devices::prelude::*;

#[derive(Role)]
enum Role {
    Guest,
    Operator,
}

#[components(role = Role)]
struct Ui {
    #[fleet]
    #[sees(Role::Operator)]
    level: Gauge,
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        page("Rover", self.level)
    }
}

fn main() {}
