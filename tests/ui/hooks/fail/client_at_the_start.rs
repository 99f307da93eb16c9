use dash_devices::prelude::*;

#[components]
struct Ui {
    level: Slider,
    readout: Text,
    go: Button,
}

#[callback_shared(on = start)]
fn begin(client: Client) {
    let _ = client;
}

fn main() {}
