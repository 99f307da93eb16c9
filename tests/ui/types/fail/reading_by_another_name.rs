use dash_devices::prelude::*;

type Measured = Reading<f64>;

#[components]
struct Ui {
    slider: Slider,
    readout: Text,
}

#[callback_shared(output = Ui::readout.text)]
fn show(#[input(Ui::slider.value)] percent: Measured) -> String {
    percent.value.to_string()
}

fn main() {}
