use dash_devices::prelude::*;

#[components]
struct Ui {
    lamps: [Switch; 0],
}

fn main() {}
