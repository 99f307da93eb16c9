use dash_devices::prelude::*;

#[components]
struct Ui {
    slider: Slider,
    readout: Text,
    trend: Trend,
}

#[callback_shared(output = Ui::readout.text)]
fn show(#[input(Ui::trend.points)] points: Vec<Sample>) -> String {
    points.len().to_string()
}

fn main() {}
