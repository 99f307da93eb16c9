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
fn show(_motor: &mut Motor, #[input(Ui::slider.value)] percent: f64) -> String {
    percent.to_string()
}

impl Dashboard for Ui {
    type Device = Camera;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![show];

    fn layout(self) -> Element {
        page("Test", (self.slider, self.readout, self.button))
    }
}

fn main() {}
