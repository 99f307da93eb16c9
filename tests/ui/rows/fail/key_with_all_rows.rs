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
fn show(#[key] key: u32, #[input(Ui::lamps[..].on.on)] on: Rows<u32, bool>) -> String {
    format!("{key} {on:?}")
}

fn main() {}
