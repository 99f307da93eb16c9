use dash_devices::prelude::*;

#[value]
#[derive(PartialEq)]
enum Phase {
    One,
    Two,
}

#[components]
struct Ui {
    phases: Many<Phase, Text>,
}

fn main() {}
