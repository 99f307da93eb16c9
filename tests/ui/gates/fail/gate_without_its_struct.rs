use dash_devices::prelude::*;

#[components]
struct Ui {
    drive: Control,
    go: Button,
}

#[callback_shared(on = Ui::go.click, under = drive)]
fn home() {}

fn main() {}
