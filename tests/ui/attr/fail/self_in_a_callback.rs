use dash_devices::prelude::*;

#[components]
struct Ui {
    slider: Slider,
    readout: Text,
    go: Button,
}

#[callback_shared(output = Ui::readout.text)]
fn show(#[input(Self::slider.value)] percent: f64) -> String {
    format!("{percent} %")
}

fn main() {}
