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
fn name(#[key(Ui::lamps)] key: u32, #[input(Ui::lamps[key].on.on)] on: bool) -> String {
    format!("{key} {on}")
}

fn main() {}
