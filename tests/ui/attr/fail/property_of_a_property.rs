use dash_devices::prelude::*;

#[components]
struct Ui {
    slider: Slider,
    readout: Text,
    button: Button,
}

#[callback_shared(output = Ui::readout.text)]
fn show(#[input(Ui::slider.value.round)] percent: f64) -> String {
    format!("{percent} %")
}

fn main() {}
