use dash_devices::prelude::*;

#[components]
struct Ui {
    angle: Slider,
    shoot: Button,
}

#[callback_shared(transport = "http")]
fn aim(#[input(Ui::angle.value)] _angle: f64) {}

fn main() {}
