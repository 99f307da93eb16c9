//! A callback under something that decides nothing.

use dash_devices::prelude::*;

#[components]
struct Ui {
    limit: Slider,
    go: Button,
}

#[callback_shared(on = Ui::go.click, under = Ui::limit)]
fn go() {}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![go];

    fn layout(self) -> Element {
        page("Rover", (self.limit, self.go))
    }
}

fn main() {}
