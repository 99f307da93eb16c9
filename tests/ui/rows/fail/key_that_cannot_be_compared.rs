use dash_devices::prelude::*;

#[value]
#[derive(Debug, Clone, Default)]
struct Serial(u32);

#[components]
struct Ui {
    lamps: Many<Serial, Switch>,
}


fn main() {}
