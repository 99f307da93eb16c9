//! A callback needs a role, and the dashboard has none.

use dash_devices::prelude::*;

#[derive(Role)]
enum Role {
    Guest,
    Operator,
    Admin,
}

#[components]
struct Ui {
    speed: Slider,
}

#[callback_shared(needs = Role::Operator)]
fn set(#[input(Ui::speed.value)] speed: f64) {
    let _ = speed;
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![set];

    fn layout(self) -> Element {
        page("Lab", self.speed)
    }
}

fn main() {}
