use dash_devices::prelude::*;

#[components]
struct Ui {
    slider: Slider,
    readout: Text,
    go: Button,
}

#[callback_shared(output = Ui::readout.text)]
fn show(percent: f64) -> String {
    format!("{percent} %")
}

fn main() {}
