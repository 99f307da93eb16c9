use dash_devices::prelude::*;

#[components]
struct Ui {
    slider: Slider,
    readout: Text,
    button: Button,
}

struct Camera;
struct Motor;

#[callback_shared(output = Ui::readout.text)]
fn show(_camera: &mut Camera, _motor: &mut Motor, #[input(Ui::slider.value)] percent: f64) -> String {
    percent.to_string()
}

fn main() {}
