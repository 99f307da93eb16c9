use dash_devices::prelude::*;

#[components]
struct Ui {
    slider: Slider,
    readout: Text,
    button: Button,
}

#[callback_shared(output = Ui::readout.text, alternate = Ui::readout.label)]
fn show(#[input(Ui::slider.value)] percent: f64) -> Result<String, f64> {
    if percent < 50.0 { Ok(percent.to_string()) } else { Err(percent) }
}

fn main() {}
