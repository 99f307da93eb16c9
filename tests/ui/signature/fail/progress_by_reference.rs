use dash_devices::prelude::*;

#[components]
struct Ui {
    slider: Slider,
    readout: Text,
    button: Button,
}

#[callback_shared(on = Ui::button.click)]
fn show(#[progress(Ui::slider.value)] bar: &ProgressSink<f64>) {
    bar.set(0.5);
}

fn main() {}
