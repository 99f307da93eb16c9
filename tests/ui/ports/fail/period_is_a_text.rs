use dash_devices::prelude::*;

#[components]
struct Ui {
    slider: Slider,
    readout: Text,
    button: Button,
}

#[callback_shared(every = Ui::readout.text, output = Ui::slider.reported)]
fn poll() -> f64 {
    0.0
}

fn main() {}
