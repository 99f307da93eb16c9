use dash_devices::prelude::*;

#[components]
struct Ui {
    slider: Slider,
    readout: Text,
    trend: Trend,
}

#[callback_shared(output = Ui::trend.points)]
fn show(#[input(Ui::slider.value)] percent: f64) -> Vec<String> {
    vec![percent.to_string()]
}

fn main() {}
