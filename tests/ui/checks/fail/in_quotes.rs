//! The name of the check in quotes.

use dash_devices::prelude::*;

#[components]
struct Ui {
    speed: Slider,
    limit: Gauge,
}

#[callback_shared(check = "allowed")]
fn go(device: &mut u8, #[input(Ui::speed.value)] speed: f64, #[state(Ui::limit.value)] limit: Option<f64>) {
    let _ = (device, speed, limit);
}

fn allowed(speed: f64, limit: Option<f64>) -> Result<(), String> {
    if limit.is_none_or(|limit| speed < limit) { Ok(()) } else { Err("too fast".to_owned()) }
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
