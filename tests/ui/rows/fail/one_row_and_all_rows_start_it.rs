use dash_devices::prelude::*;

#[components]
struct Lamp {
    on: Switch,
    level: Slider,
    remove: Button,
}

#[components]
struct Ui {
    slider: Slider,
    readout: Text,
    go: Button,
    lamps: Many<u32, Lamp>,
}

#[callback_shared(output = Ui::lamps[key].level.value)]
fn share(#[input(Ui::lamps[key].on.on)] on: bool, #[input(Ui::lamps[..].on.on)] all: &Rows<u32, bool>) -> f64 {
    if on { 100.0 / all.len() as f64 } else { 0.0 }
}

fn main() {}
