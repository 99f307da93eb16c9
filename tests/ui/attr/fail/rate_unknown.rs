use dash_devices::prelude::*;

#[components]
struct Ui {
    slider: Slider,
    readout: Text,
    button: Button,
}

#[callback_shared]
fn show(#[input(Ui::slider.value, trottle = "50ms")] percent: f64) {
    let _ = percent;
}

fn main() {}
