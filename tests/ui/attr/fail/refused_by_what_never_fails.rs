//! The function returns no `Result`, so there is nothing that takes the value back.

use dash_devices::prelude::*;

#[components]
struct Ui {
    speed: Slider,
}

#[callback_shared(refused = revert)]
fn set_speed(#[input(Ui::speed.value)] speed: f64) {
    let _ = speed;
}

fn main() {}
