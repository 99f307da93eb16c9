use dash_devices::prelude::*;

#[components]
struct Ui {
    level: Slider,
    readout: Text,
    go: Button,
}

#[callback_shared(on = session, output = Ui::readout.text)]
fn show() -> String {
    "changed".to_owned()
}

fn main() {}
