use dash_devices::{Handle, PushError, mods, prelude::*};

#[components]
struct Ui {
    level: Slider,
    readout: Text,
    history: Trend,
    go: Button,
}

fn change(handle: &Handle<Ui>) -> Result<(), PushError> {
    handle.push(mods![Ui::levle.value = 1.0])
}

fn main() {}
