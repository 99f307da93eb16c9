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

#[callback_shared(on = Ui::go.click, output = Ui::lamps[..].level.value)]
fn dark() -> f64 {
    0.0
}

fn main() {}
