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

#[callback_shared(output = (Ui::lamps[key].level.value, Ui::lamps[..].level.value))]
fn switch(#[input(Ui::lamps[key].on.on)] on: bool) -> (f64, Rows<u32, f64>) {
    (f64::from(u8::from(on)), Rows::new())
}

fn main() {}
