use dash_devices::prelude::*;

#[components]
struct Ui {
    slider: Slider,
    readout: Text,
    button: Button,
}

#[callback_shared(alternate = Ui::readout.label)]
fn show(#[input(Ui::slider.value)] percent: f64) -> Result<f64, String> {
    if percent < 50.0 { Ok(percent) } else { Err(percent.to_string()) }
}

fn main() {}
