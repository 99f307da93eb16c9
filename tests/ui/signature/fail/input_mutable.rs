use dash_devices::prelude::*;

#[components]
struct Ui {
    slider: Slider,
    readout: Text,
    button: Button,
}

#[callback_shared(output = Ui::readout.text)]
fn show(#[input(Ui::button.label)] label: &mut String) -> String {
    std::mem::take(label)
}

fn main() {}
