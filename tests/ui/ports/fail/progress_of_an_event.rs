use dash_devices::prelude::*;

#[components]
struct Ui {
    slider: Slider,
    readout: Text,
    button: Button,
}

#[callback_shared(on = Ui::slider.value)]
fn show(#[progress(Ui::button.click)] bar: ProgressSink<()>) {
    bar.set(());
}

fn main() {}
