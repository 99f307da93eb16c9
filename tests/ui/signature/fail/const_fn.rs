use dash_devices::prelude::*;

#[components]
struct Ui {
    slider: Slider,
    readout: Text,
    button: Button,
}

#[callback_shared(output = Ui::slider.min)]
const fn show(#[input(Ui::slider.value)] percent: f64) -> f64 {
    percent
}

fn main() {}
