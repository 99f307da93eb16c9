use dash_devices::prelude::*;

#[components]
struct Ui {
    speed: Slider,
}

#[callback_shared(refused = rollback)]
fn set_speed(#[input(Ui::speed.value)] speed: f64) -> Result<(), String> {
    Err(format!("{speed} is too fast"))
}

fn main() {}
