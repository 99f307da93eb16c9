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

#[callback_shared]
fn dim(#[input(Ui::lamps[key].level)] percent: f64) {
    println!("{percent}");
}

fn main() {}
