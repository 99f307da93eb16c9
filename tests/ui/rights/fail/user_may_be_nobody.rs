use dash_devices::{User, prelude::*};

#[components]
struct Ui {
    slider: Slider,
    readout: Text,
    go: Button,
}

#[callback_shared(on = Ui::go.click)]
fn home(user: User) {
    println!("{}", user.name());
}

fn main() {}
