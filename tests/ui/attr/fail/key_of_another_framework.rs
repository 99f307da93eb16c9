//! Inputs are parameters here, not keys.

use dash_devices::prelude::*;

#[components]
struct Ui {
    slider: Slider,
    readout: Text,
    button: Button,
}

#[callback_shared(inputs = Ui::slider.value, output = Ui::readout.text)]
fn show(percent: f64) -> String {
    format!("{percent} %")
}

fn main() {}
