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

#[callback_shared(every = "1s", output = Ui::lamps[key].level.value)]
fn level(#[state(Ui::lamps[key].level.value)] level: f64) -> f64 {
    level + 1.0
}

fn main() {}
