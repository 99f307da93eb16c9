use dash_devices::prelude::*;

#[components]
struct Ui {
    slider: Slider,
    readout: Text,
    button: Button,
}

#[callback_shared(output = Ui::readout.text)]
fn show<T: ToString>(#[input(Ui::slider.value)] percent: T) -> String {
    percent.to_string()
}

fn main() {}
