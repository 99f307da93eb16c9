use dash_devices::prelude::*;

#[components]
struct Ui {
    slider: Slider,
    readout: Text,
}

#[callback_shared(on = Ui::slider.value, output = Ui::readout.text)]
fn show(percent: Reading<f64>) -> String {
    percent.value.to_string()
}

fn main() {}
