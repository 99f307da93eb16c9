use dash_devices::prelude::*;

#[components]
struct Ui {
    level: Slider,
    readout: Text,
    go: Button,
}

#[callback(on = disconnect, output = Ui::readout.text)]
fn farewell() -> String {
    "bye".to_owned()
}

fn main() {}
