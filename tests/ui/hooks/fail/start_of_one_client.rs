use dash_devices::prelude::*;

#[components]
struct Ui {
    level: Slider,
    readout: Text,
    go: Button,
}

#[callback(on = start)]
fn begin() {}

fn main() {}
