use dash_devices::prelude::*;

#[components]
struct Ui<T> {
    slider: T,
}

fn main() {}
