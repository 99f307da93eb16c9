use dash_devices::prelude::*;

#[components]
struct Lamp {
    on: Switch,
    level: Slider,
}

#[components]
struct Ui {
    lamps: Many<u32, Lamp>,
}

#[callback_shared(output = Ui::lamps[key].level.value)]
fn dim(#[key] key: u32, #[input(Ui::lamps[row].on.on)] on: bool) -> f64 {
    if on { f64::from(key) } else { 0.0 }
}

fn main() {}
