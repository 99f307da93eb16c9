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

#[callback_shared(output = Ui::lamps[key].level.label)]
fn name(#[key] id: u32, #[input(Ui::lamps[key].on.on)] on: bool) -> String {
    format!("{id} {on}")
}

fn main() {}
