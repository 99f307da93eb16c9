use dash_devices::prelude::*;

#[components]
struct Ui {
    slider: Slider,
    readout: Text,
    button: Button,
}

#[callback_shared(output = Ui::readout.text)]
fn shared(#[state(Ui::slider.min)] min: f64, #[input(Ui::slider.max)] max: f64) -> String {
    format!("{min} {max}")
}

#[callback(output = Ui::slider.min)]
fn private(#[input(Ui::slider.value)] percent: f64) -> f64 {
    percent
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![shared, private];

    fn layout(self) -> Element {
        page("Test", (self.slider, self.readout, self.button))
    }
}

fn main() {}
