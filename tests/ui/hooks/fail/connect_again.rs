use dash_devices::prelude::*;

#[components]
struct Ui {
    level: Slider,
    readout: Text,
    go: Button,
}

#[on_connect(on = connect)]
fn welcome() {}

fn main() {}
