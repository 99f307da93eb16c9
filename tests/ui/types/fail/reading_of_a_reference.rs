use dash_devices::prelude::*;

#[components]
struct Ui {
    slider: Slider,
    readout: Text,
    rows: Many<u32, Slider>,
}

#[callback_shared(output = Ui::readout.text)]
fn show(#[input(Ui::slider.value)] percent: Reading<&f64>) -> String {
    percent.value.to_string()
}

fn main() {}
