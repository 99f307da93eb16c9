use dash_devices::prelude::*;

#[components]
struct Ui {
    slider: Slider,
    readout: Text,
    button: Button,
}

#[callback_shared(alternate = (Ui::readout.label, Ui::readout.text))]
fn show(#[input(Ui::slider.value)] percent: f64) -> Result<(), String> {
    if percent < 50.0 { Ok(()) } else { Err(percent.to_string()) }
}

fn main() {}
