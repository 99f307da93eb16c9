//! The role is missing, or is not one.

use dash_devices::prelude::*;

#[derive(Role)]
enum Role {
    Guest,
    Operator,
    Admin,
}

#[components(role = Role)]
struct Ui {
    #[needs]
    speed: Slider,
    #[sees()]
    level: Gauge,
    #[private(true)]
    name: Input,
    #[needs(Role::Operator)]
    #[needs(Role::Admin)]
    go: Button,
    #[needs(Role::Operator, Role::Admin)]
    stop: Button,
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        page("Lab", (self.speed, self.level, self.name, self.go, self.stop))
    }
}

fn main() {}
