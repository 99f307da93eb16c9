use dash_devices::prelude::*;

#[components]
struct Ui {
    slider: Slider,
    readout: Text,
    button: Button,
}

fn report(failure: &Failure) {
    failure.log();
}

#[callback_shared(on_error = report())]
fn show(#[input(Ui::slider.value)] percent: f64) -> Result<(), String> {
    Err(percent.to_string())
}

fn main() {}
