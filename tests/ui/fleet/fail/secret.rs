//! A secret is not for a list.

use dash_devices::prelude::*;

#[components]
struct Ui {
    #[fleet]
    #[secret]
    key: Input,
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        page("Rover", self.key)
    }
}

fn main() {}
