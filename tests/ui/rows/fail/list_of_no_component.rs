use dash_devices::prelude::*;

#[components]
struct Ui {
    lamps: Many<u32, f64>,
}


fn main() {}
