use dash_devices::prelude::*;

#[components]
struct Ui {
    content: Container,
    #[dynamic(content)]
    name: Input,
}

fn main() {}
