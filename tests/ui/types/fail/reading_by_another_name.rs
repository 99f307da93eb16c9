use dash_devices::prelude::*;

#[components]
struct Ui {
    slider: Slider,
    readout: Text,
    rows: Many<u32, Slider>,
}

type Percent = Reading<f64>;

#[callback_shared(output = Ui::readout.text)]
fn show(#[input(Ui::slider.value)] percent: Percent) -> String {
    percent.value.to_string()
}

fn main() {}
