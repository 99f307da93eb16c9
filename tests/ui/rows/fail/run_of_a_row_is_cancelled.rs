use dash_devices::prelude::*;

#[components]
struct Lamp {
    on: Switch,
    level: Slider,
    remove: Button,
}

#[components]
struct Ui {
    slider: Slider,
    readout: Text,
    go: Button,
    lamps: Many<u32, Lamp>,
}

#[callback_shared(cancel = Ui::go.click)]
async fn work(#[input(Ui::lamps[key].on.on)] _on: bool) {}

fn main() {}
