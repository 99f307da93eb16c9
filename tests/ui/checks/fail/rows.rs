//! A check of a callback for the rows of a list.

use dash_devices::prelude::*;

#[components]
struct Ui {
    speed: Slider,
    limit: Slider,
    go: Button,
    lamps: Many<u32, Switch>,
}

#[callback_shared(check = allowed)]
fn go(#[key] key: u32, #[input(Ui::lamps[key].on)] on: bool) {
    let _ = (key, on);
}

fn allowed(on: bool) -> Result<(), String> {
    if on { Ok(()) } else { Err("stays on".to_owned()) }
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
