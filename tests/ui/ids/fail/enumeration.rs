use dash_devices::prelude::*;

#[components]
enum Ui {
    Slider(Slider),
}

fn main() {}
