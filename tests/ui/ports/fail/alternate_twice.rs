use dash_devices::prelude::*;

#[components]
struct Ui {
    slider: Slider,
    readout: Text,
    button: Button,
}

#[callback_shared(alternate = (Ui::readout.text, Ui::readout.text))]
fn show(#[input(Ui::slider.value)] percent: f64) -> Result<(), (String, String)> {
    Err((percent.to_string(), percent.to_string()))
}

fn main() {}
