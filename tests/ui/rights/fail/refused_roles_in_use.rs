//! The enum has a fault. That the dashboard uses it is no second one.

use dash_devices::prelude::*;

#[derive(Role)]
enum Role {
    Guest,
    Admin(u8),
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
        page("Motor", self.speed)
    }
}

fn main() {
    let _ = (Role::Guest, Role::Admin(1));
}
