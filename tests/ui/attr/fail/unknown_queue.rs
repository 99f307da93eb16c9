use dash_devices::prelude::*;

#[components]
struct Ui {
    slider: Slider,
    readout: Text,
    button: Button,
}

#[callback_shared(queue = newest)]
fn show(#[input(Ui::slider.value)] percent: f64) {
    println!("{percent} %");
}

fn main() {}
