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

#[callback_shared(on = Ui::go.click, output = Ui::readout.text, alternate = Ui::lamps[..].level.value)]
fn work() -> Result<String, Rows<u32, f64>> {
    Ok(String::new())
}

fn main() {}
