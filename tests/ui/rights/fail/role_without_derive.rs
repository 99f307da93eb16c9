//! An enum of roles without the derive.

use dash_devices::prelude::*;

enum Role {
    Guest,
    Chief,
}

#[components(role = Role, needs = Role::Chief)]
struct Ui {
    speed: Slider,
    limit: NumberInput,
}

#[callback_shared]
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
