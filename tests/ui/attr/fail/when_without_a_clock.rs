use dash_devices::prelude::*;

#[components]
struct Ui {
    angle: Slider,
    shoot: Button,
}

#[callback_shared(on = Ui::shoot.click, when = watched)]
fn look() {}

fn main() {}
