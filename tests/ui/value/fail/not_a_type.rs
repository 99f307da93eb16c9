use dash_devices::prelude::*;

#[value]
fn reading() -> f64 {
    1.0
}

fn main() {}
