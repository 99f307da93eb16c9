use dash_devices::prelude::*;

const LAMPS: usize = 8;

#[components]
struct Ui {
    lamps: [Switch; LAMPS],
}

fn main() {}
