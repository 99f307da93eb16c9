use dash_devices::prelude::*;

#[components]
struct Ui {
    slider: Slider,
    readout: Text,
    trend: Trend,
}

#[callback_shared(on = Ui::trend.points, output = Ui::readout.text)]
fn show() -> String {
    String::new()
}

fn main() {}
