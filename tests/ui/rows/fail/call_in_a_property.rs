use dash_devices::{Handle, PushError, changes, prelude::*};

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

fn change(handle: &Handle<Ui>) -> Result<(), PushError> {
    handle.push(changes![Ui::lamps.first().level.value = 1.0])
}

fn main() {}
