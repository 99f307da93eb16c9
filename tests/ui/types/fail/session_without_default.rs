use dash_devices::prelude::*;

#[components]
struct Ui {
    slider: Slider,
    readout: Text,
    button: Button,
}

struct Login;

impl Dashboard for Ui {
    type Device = ();
    type Session = Login;
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        page("Test", (self.slider, self.readout, self.button))
    }
}

fn main() {}
