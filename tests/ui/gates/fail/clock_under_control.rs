//! A callback under control that no command starts.

use dash_devices::prelude::*;

#[components]
struct Ui {
    drive: Control,
}

#[callback_shared(every = "1s", under = Ui::drive)]
fn tick() {}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![tick];

    fn layout(self) -> Element {
        page("Rover", self.drive)
    }
}

fn main() {}
