use dash_devices::prelude::*;

#[components]
struct Ui {
    slider: Slidre,
}

fn main() {}
