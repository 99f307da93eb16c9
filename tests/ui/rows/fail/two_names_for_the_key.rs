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

#[callback_shared(output = Ui::lamps[lamp].level.value)]
fn switch(#[input(Ui::lamps[key].on.on)] on: bool) -> f64 {
    f64::from(u8::from(on))
}

fn main() {}
