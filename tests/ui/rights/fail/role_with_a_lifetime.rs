use dash_devices::prelude::*;

#[derive(Role)]
enum Role<'a> {
    Guest,
    Admin(&'a str),
}

fn main() {}
