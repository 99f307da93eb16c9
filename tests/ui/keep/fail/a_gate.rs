//! Who is in control must not come back by itself.

use dash_devices::prelude::*;

#[components]
struct Ui {
    #[keep]
    drive: Control,
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        page("Garden", self.drive)
    }
}

fn main() {}
