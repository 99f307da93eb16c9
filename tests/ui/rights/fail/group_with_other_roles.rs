//! A group whose rights name other roles.

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

#[components(role = Crew)]
struct Panel {
    #[needs(Crew::Captain)]
    speed: Slider,
}

#[components(role = Role)]
struct Ui {
    panel: Panel,
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        page("Lab", self.panel.speed)
    }
}

fn main() {}
