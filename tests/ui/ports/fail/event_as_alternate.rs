use dash_devices::prelude::*;

#[components]
struct Ui {
    slider: Slider,
    readout: Text,
    button: Button,
}

#[callback_shared(alternate = Ui::button.click)]
fn show(#[input(Ui::slider.value)] percent: f64) -> Result<(), ()> {
    if percent < 50.0 { Ok(()) } else { Err(()) }
}

fn main() {}
