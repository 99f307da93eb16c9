use dash_devices::prelude::*;

#[components]
struct Ui {
    slider: Slider,
    readout: Text,
    button: Button,
}

#[callback_shared(output = Ui::readout.text)]
fn show(#[input(Ui::slider.value)] percent: f64) -> Result<f64, std::fmt::Error> {
    Ok(percent)
}

fn main() {}
