//! The roles of another dashboard, on a callback.

use dash_devices::prelude::*;

#[derive(Role)]
enum Role {
    Guest,
    Operator,
    Admin,
}

#[derive(Role)]
enum Crew {
    Captain,
}

#[components(role = Role)]
struct Ui {
    speed: Slider,
}

#[callback_shared(needs = Crew::Captain)]
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
