//! A check without an input.

use dash_devices::prelude::*;

#[components]
struct Ui {
    speed: Slider,
    limit: Slider,
    go: Button,
    lamps: Many<u32, Switch>,
}

#[callback_shared(on = Ui::go.click, check = allowed)]
fn go() {}

fn allowed() -> Result<(), String> {
    Ok(())
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![go];

    fn layout(self) -> Element {
        page("Lab", (self.speed, self.limit, self.go, self.lamps.each(|_, lamp| lamp)))
    }
}

fn main() {}
