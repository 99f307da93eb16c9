use dash_devices::prelude::*;

#[components]
struct Ui {
    slider: Slider,
    readout: Text,
    rows: Many<u32, Slider>,
}

#[callback_shared(output = Ui::readout.text)]
fn show(#[input(Ui::rows[..].value)] percents: &Rows<u32, Reading<f64>>) -> String {
    percents.len().to_string()
}

fn main() {}
