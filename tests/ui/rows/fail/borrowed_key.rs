use dash_devices::prelude::*;

#[components]
struct Ui {
    lamps: Many<&str, Switch>,
}

fn main() {}
