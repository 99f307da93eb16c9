//! `needs` on a callback that no command starts.

use dash_devices::prelude::*;

#[derive(Role)]
enum Role {
    Guest,
    Operator,
    Admin,
}

#[components(role = Role)]
struct Ui {
    speed: Slider,
}

#[callback_shared(every = "1s", needs = Role::Operator)]
fn tick() {}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![tick];

    fn layout(self) -> Element {
        page("Lab", self.speed)
    }
}

fn main() {}
