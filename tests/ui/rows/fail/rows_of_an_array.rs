use dash_devices::prelude::*;

#[components]
struct Ui {
    slider: Slider,
    readout: Text,
    go: Button,
    switches: [Switch; 4],
}

#[callback_shared(output = Ui::readout.text)]
fn show(#[input(Ui::switches[key].on)] on: bool) -> String {
    on.to_string()
}

fn main() {}
