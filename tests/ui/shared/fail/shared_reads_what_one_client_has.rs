use dash_devices::prelude::*;

#[components]
struct Ui {
    slider: Slider,
    readout: Text,
    button: Button,
}

#[callback(output = Ui::slider.min)]
fn private(#[input(Ui::slider.value)] percent: f64) -> f64 {
    percent
}

#[callback_shared(output = Ui::readout.text)]
fn shared(#[input(Ui::slider.min)] min: f64) -> String {
    min.to_string()
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![private, shared];

    fn layout(self) -> Element {
        page("Test", (self.slider, self.readout, self.button))
    }
}

fn main() {}
