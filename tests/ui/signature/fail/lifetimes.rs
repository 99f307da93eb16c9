use dash_devices::prelude::*;

#[components]
struct Ui {
    slider: Slider,
    readout: Text,
    button: Button,
}

#[callback_shared(output = Ui::readout.text)]
fn show<'a>(#[input(Ui::button.label)] label: &'a str) -> &'a str {
    label
}

fn main() {}
