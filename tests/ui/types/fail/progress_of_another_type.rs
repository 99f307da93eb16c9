use dash_devices::prelude::*;

#[components]
struct Ui {
    slider: Slider,
    readout: Text,
    button: Button,
}

#[callback_shared(on = Ui::button.click)]
fn show(#[progress(Ui::slider.reported)] bar: ProgressSink<String>) {
    bar.set("half");
}

fn main() {}
