use dash_devices::prelude::*;

#[components]
struct Ui {
    level: Slider,
    readout: Text,
    go: Button,
}

#[on_disconnect(output = Ui::readout.text)]
fn farewell() -> String {
    "bye".to_owned()
}

fn main() {}
