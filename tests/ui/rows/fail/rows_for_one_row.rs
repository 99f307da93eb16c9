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

#[callback_shared(output = Ui::lamps[key].level.value)]
fn dark(#[input(Ui::lamps[key].on.on)] on: bool) -> Rows<u32, f64> {
    [(7, f64::from(u8::from(on)))].into_iter().collect()
}

fn main() {}
