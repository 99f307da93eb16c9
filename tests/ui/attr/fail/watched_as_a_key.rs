use dash_devices::prelude::*;

#[components]
struct Ui {
    angle: Slider,
    shoot: Button,
}

#[callback_shared(every = "1s", watched = true)]
fn look() {}

fn main() {}
