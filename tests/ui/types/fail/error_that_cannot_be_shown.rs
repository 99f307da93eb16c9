use dash_devices::prelude::*;

#[components]
struct Ui {
    slider: Slider,
    readout: Text,
    button: Button,
}

struct Broken;

#[callback_shared(output = Ui::readout.text)]
fn show(#[input(Ui::slider.value)] percent: f64) -> Result<String, Broken> {
    let _ = percent;
    Err(Broken)
}

fn main() {}
