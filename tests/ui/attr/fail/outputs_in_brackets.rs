use dash_devices::prelude::*;

#[components]
struct Ui {
    slider: Slider,
    readout: Text,
    button: Button,
}

#[callback_shared(output = [Ui::readout.text, Ui::button.label])]
fn show(#[input(Ui::slider.value)] percent: f64) -> (String, String) {
    (format!("{percent} %"), String::new())
}

fn main() {}
