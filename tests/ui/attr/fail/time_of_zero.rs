use dash_devices::prelude::*;

#[components]
struct Ui {
    slider: Slider,
    readout: Text,
    button: Button,
}

#[callback_shared(every = "0s", output = Ui::readout.text)]
fn tick() -> String {
    String::new()
}

fn main() {}
