use dash_devices::prelude::*;

#[derive(Role)]
enum Role {
    Guest = 1,
    Admin = 2,
}

fn main() {}
