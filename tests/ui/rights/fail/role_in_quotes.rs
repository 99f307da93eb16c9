//! A role as a text.

use dash_devices::prelude::*;

#[derive(Role)]
enum Role {
    Guest,
    Chief,
}

#[components(role = Role, needs = "chief")]
struct Ui {
    speed: Slider,
    limit: NumberInput,
}

#[callback_shared(needs = "chief")]
fn go(device: &mut u8, #[input(Ui::speed.value)] speed: f64) {
    let _ = (device, speed);
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
