use dash_devices::prelude::*;

#[components]
struct Ui {
    angle: Slider,
    shoot: Button,
}

#[callback_shared(transport = http, every = "1s")]
fn look() {}

fn main() {}
