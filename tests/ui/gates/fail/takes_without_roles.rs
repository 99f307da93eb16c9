//! `#[takes(..)]` in a dashboard without roles.

use dash_devices::prelude::*;

#[derive(Role)]
enum Role {
    Driver,
    Chief,
}

#[components]
struct Ui {
    #[takes(Role::Chief)]
    drive: Control,
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        page("Rover", self.drive)
    }
}

fn main() {}
