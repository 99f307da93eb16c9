use dash_devices::prelude::*;

#[derive(Route)]
struct Page {
    id: u32,
}

fn main() {}
