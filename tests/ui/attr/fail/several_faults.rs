//! All faults of one attribute are said at once.

use dash_devices::prelude::*;

#[components]
struct Ui {
    slider: Slider,
    readout: Text,
    button: Button,
}

#[callback_shared(outptu = Ui::readout.text, every = "1 sec", queue = al, initial = 0)]
fn show(#[inptu(Ui::slider.value)] percent: f64, _button: &Button) -> String {
    format!("{percent} %")
}

fn main() {}
