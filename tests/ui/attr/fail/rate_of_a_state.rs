use dash_devices::prelude::*;

#[components]
struct Ui {
    slider: Slider,
    readout: Text,
    button: Button,
}

#[callback_shared(on = Ui::button.click)]
fn show(#[state(Ui::slider.value, throttle = "50ms")] percent: f64) {
    let _ = percent;
}

fn main() {}
