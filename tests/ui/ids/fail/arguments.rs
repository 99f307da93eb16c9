use dash_devices::prelude::*;

#[components(page = "Camera")]
struct Ui {
    slider: Slider,
}

fn main() {}
