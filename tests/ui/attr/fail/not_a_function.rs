use dash_devices::prelude::*;

#[components]
struct Ui {
    slider: Slider,
    readout: Text,
    button: Button,
}

/// Not a function.
#[callback_shared(output = Ui::readout.text)]
struct Show;

fn main() {}
