use dash_devices::prelude::*;

#[components]
struct Ui {
    angle: Slider,
    shoot: Button,
}

#[callback_shared(transport = carrier)]
fn shoot(#[input(Ui::shoot.click)] _clicked: Option<()>) {}

#[callback_shared(transport = htttp)]
fn aim(#[input(Ui::angle.value)] _angle: f64) {}

fn main() {}
