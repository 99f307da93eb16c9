use dash_devices::prelude::*;

#[components]
struct Ui {
    slider: Slider,
    readout: Text,
    go: Button,
}

#[callback_shared(on = Ui::go.click, running(Ui::go.disabled == true))]
fn home() {}

fn main() {}
