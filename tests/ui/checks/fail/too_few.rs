//! A check that takes fewer values than the callback.

use dash_devices::prelude::*;

#[components]
struct Ui {
    speed: Slider,
    limit: Slider,
    go: Button,
    lamps: Many<u32, Switch>,
}

#[callback_shared(check = allowed)]
fn go(#[input(Ui::speed.value)] speed: f64, #[state(Ui::limit.value)] limit: f64) {
    let _ = (speed, limit);
}

fn allowed(speed: f64) -> Result<(), String> {
    if speed < 10.0 { Ok(()) } else { Err("too fast".to_owned()) }
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
