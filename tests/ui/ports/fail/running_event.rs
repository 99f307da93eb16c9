use dash_devices::prelude::*;

#[components]
struct Ui {
    slider: Slider,
    readout: Text,
    button: Button,
}

#[callback_shared(running(Ui::button.click = ()))]
fn show(#[input(Ui::slider.value)] percent: f64) {
    let _ = percent;
}

fn main() {}
