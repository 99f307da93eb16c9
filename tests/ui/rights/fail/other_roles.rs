//! The roles of another dashboard.

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
    #[needs(Crew::Captain)]
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
