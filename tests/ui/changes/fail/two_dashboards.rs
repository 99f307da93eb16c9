use dash_devices::{Handle, PushError, changes, prelude::*};

#[components]
struct Ui {
    level: Slider,
    readout: Text,
    history: Trend,
    go: Button,
}

#[components]
struct Other {
    speed: Slider,
}

fn change(handle: &Handle<Ui>) -> Result<(), PushError> {
    handle.push(changes![Ui::level.value = 1.0, Other::speed.value = 2.0])
}

fn main() {}
