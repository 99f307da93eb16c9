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

#[callback_shared(on = Ui::go.click, output = Ui::readout.text)]
fn show(#[state(Ui::lamps[..].remove.click)] clicks: Rows<u32, ()>) -> String {
    format!("{clicks:?}")
}

fn main() {}
