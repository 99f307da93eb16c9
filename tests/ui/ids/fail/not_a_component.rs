use dash_devices::prelude::*;

#[components]
struct Ui {
    slider: Slider,
    brightness: f64,
}

fn main() {}
