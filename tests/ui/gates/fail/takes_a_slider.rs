//! `#[takes(..)]` on something that nobody can take over.

use dash_devices::prelude::*;

#[derive(Role)]
enum Role {
    Driver,
    Chief,
}

#[components(role = Role)]
struct Ui {
    #[takes(Role::Chief)]
    speed: Slider,
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        page("Rover", self.speed)
    }
}

fn main() {}
