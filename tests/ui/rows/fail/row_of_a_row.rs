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

#[callback_shared(output = Ui::readout.text)]
fn level(#[input(Ui::lamps[key].parts[key].value)] level: f64) -> String {
    level.to_string()
}

fn main() {}
