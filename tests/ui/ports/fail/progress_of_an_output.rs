use dash_devices::prelude::*;

#[components]
struct Ui {
    slider: Slider,
    readout: Text,
    button: Button,
}

#[callback_shared(on = Ui::button.click, output = Ui::readout.text)]
fn show(#[progress(Ui::readout.text)] bar: ProgressSink<String>) -> String {
    bar.set("half");
    String::new()
}

fn main() {}
