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
    heaters: Many<u32, Lamp>,
}

#[callback_shared(output = Ui::heaters[key].level.value)]
fn follow(#[input(Ui::lamps[key].level.value)] level: f64) -> f64 {
    level
}

fn main() {}
