use dash_devices::prelude::*;

#[components]
struct Ui {
    serve: Button,
}

fn main() {}
