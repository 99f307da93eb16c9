//! A key that is nearly one.

use dash_devices::prelude::*;

#[components]
struct Ui {
    slider: Slider,
    readout: Text,
    button: Button,
}

#[callback_shared(outptu = Ui::readout.text)]
fn show(#[input(Ui::slider.value)] percent: f64) -> String {
    format!("{percent} %")
}

fn main() {}
