use dash_devices::prelude::*;

#[components]
struct Ui {
    lamps: [f64; 4],
}

fn main() {}
