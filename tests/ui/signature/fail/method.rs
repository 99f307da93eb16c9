use dash_devices::prelude::*;

#[components]
struct Ui {
    slider: Slider,
    readout: Text,
    button: Button,
}

struct Camera;

impl Camera {
    #[callback_shared(output = Ui::readout.text)]
    fn show(&mut self, #[input(Ui::slider.value)] percent: f64) -> String {
        format!("{percent} %")
    }
}

fn main() {}
