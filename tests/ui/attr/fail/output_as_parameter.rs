use dash_devices::prelude::*;

#[components]
struct Ui {
    slider: Slider,
    readout: Text,
    button: Button,
}

#[callback_shared]
fn show(#[input(Ui::slider.value)] percent: f64, #[output(Ui::readout.text)] text: &mut String) {
    *text = format!("{percent} %");
}

fn main() {}
