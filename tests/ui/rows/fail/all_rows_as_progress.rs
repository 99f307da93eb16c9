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

#[callback_shared(on = Ui::go.click)]
fn work(#[progress(Ui::lamps[..].level.value)] level: ProgressSink<f64>) {
    level.set(1.0);
}

fn main() {}
