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

#[callback_shared(every = Ui::lamps[key].level.value, output = Ui::readout.text)]
fn level() -> String {
    String::new()
}

fn main() {}
