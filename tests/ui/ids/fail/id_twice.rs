use dash_devices::prelude::*;

#[components]
struct Ui {
    slider: Slider,
    slider: Text,
}

fn main() {}
