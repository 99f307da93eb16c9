use dash_devices::prelude::*;

#[components]
struct Ui {
    slider: Slider,
    readout: Text,
    button: Button,
}

#[callback_shared(output = Ui::readout.text)]
fn show(camera: &mut Webcam, #[input(Ui::slider.value)] percent: Percent) -> String {
    String::new()
}

fn main() {}
