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

#[callback_shared(on = Ui::go.click, output = Ui::readout.text)]
fn show(#[key] key: u32) -> String {
    key.to_string()
}

fn main() {}
