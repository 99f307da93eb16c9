use dash_devices::prelude::*;

#[value(rename_all = "snake_case")]
#[derive(Clone, PartialEq)]
enum Phase {
    One,
    Two,
}

#[components]
struct Ui {
    phases: Many<Phase, Text>,
}

fn main() {}
