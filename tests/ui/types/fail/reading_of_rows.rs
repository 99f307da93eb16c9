use dash_devices::prelude::*;

#[components]
struct Ui {
    slider: Slider,
    readout: Text,
    rows: Many<u32, Slider>,
}

#[callback_shared(output = Ui::readout.text)]
fn show(#[input(Ui::rows[..].value)] percents: Reading<Rows<u32, f64>>) -> String {
    percents.value.len().to_string()
}

fn main() {}
