use dash_devices::prelude::*;

#[components]
struct Ui {
    go: Button,
    readout: Text,
}

#[callback_shared(output = Ui::readout.text)]
fn show(#[input(Ui::go.click)] go: Reading<()>) -> String {
    go.quality.to_string()
}

fn main() {}
