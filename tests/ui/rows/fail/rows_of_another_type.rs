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
fn show(#[input(Ui::lamps[..].on.on)] on: &Rows<u32, f64>) -> String {
    format!("{on:?}")
}

fn main() {}
