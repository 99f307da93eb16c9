use dash_devices::prelude::*;

#[components]
struct Ui {
    level: Slider,
    readout: Text,
    go: Button,
}

#[callback_shared(on = conect)]
fn welcome() {}

fn main() {}
