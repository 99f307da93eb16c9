use dash_devices::prelude::*;

#[components]
struct Ui {
    content: Container,
    #[dynamic]
    #[dynamic]
    name: Input,
}

fn main() {}
