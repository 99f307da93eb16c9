use dash_devices::{Handle, PushError, mods, prelude::*};

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
    handle.push(mods![Other::speed.value = 2.0])
}

fn main() {}
