use dash_devices::{Handle, PushError, changes, prelude::*};

#[components]
struct Ui {
    level: Slider,
    readout: Text,
    history: Trend,
    go: Button,
}

fn change(handle: &Handle<Ui>) -> Result<(), PushError> {
    handle.push(changes![Ui::level.value: 1.0])
}

fn main() {}
