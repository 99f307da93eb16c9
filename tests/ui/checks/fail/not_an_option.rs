//! A check that takes a number where the callback has an `Option`.

use dash_devices::prelude::*;

#[components]
struct Ui {
    speed: Slider,
    limit: Gauge,
}

#[callback_shared(check = allowed)]
fn go(device: &mut u8, #[input(Ui::speed.value)] speed: f64, #[state(Ui::limit.value)] limit: Option<f64>) {
    let _ = (device, speed, limit);
}

fn allowed(speed: f64, limit: f64) -> Result<(), String> {
    if speed < limit { Ok(()) } else { Err("too fast".to_owned()) }
}

impl Dashboard for Ui {
    type Device = u8;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![go];

    fn layout(self) -> Element {
        page("Lab", (self.speed, self.limit))
    }
}

fn main() {}
