//! A fault in the attribute is not a second fault in `callbacks!`.

use dash_devices::prelude::*;

#[components]
struct Ui {
    slider: Slider,
    readout: Text,
    button: Button,
}

#[callback_shared(outptu = Ui::readout.text)]
fn show(#[input(Ui::slider.value)] percent: f64) -> String {
    format!("{percent} %")
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![show];

    fn layout(self) -> Element {
        page("Test", (self.slider, self.readout, self.button))
    }
}

fn main() {}
