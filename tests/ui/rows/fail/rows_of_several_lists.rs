use dash_devices::prelude::*;

#[components]
struct Lamp {
    on: Switch,
    level: Slider,
    remove: Button,
}

#[components]
struct Room {
    lamps: Many<u32, Lamp>,
}

#[components]
struct Ui {
    slider: Slider,
    readout: Text,
    go: Button,
    rooms: [Room; 2],
}

#[callback_shared(on = Ui::go.click, output = Ui::rooms[0..2].lamps[key].level.value)]
fn dark() -> [f64; 2] {
    [0.0; 2]
}

fn main() {}
