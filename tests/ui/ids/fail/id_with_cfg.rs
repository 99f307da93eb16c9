use dash_devices::prelude::*;

#[components]
struct Ui {
    #[cfg(unix)]
    slider: Slider,
}

fn main() {}
