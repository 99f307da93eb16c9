//! A secret is never written down.

use dash_devices::prelude::*;

#[components]
struct Ui {
    #[keep]
    #[secret]
    password: Input,
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        page("Garden", self.password)
    }
}

fn main() {}
