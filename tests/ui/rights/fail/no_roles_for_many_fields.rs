use dash_devices::prelude::*;

#[derive(Role)]
enum Role {
    Guest,
    Chief,
}

#[components]
struct Ui {
    #[needs(Role::Chief)]
    slider: Slider,
    #[sees(Role::Chief)]
    readout: Text,
    #[needs(Role::Guest)]
    go: Button,
}

fn main() {}
