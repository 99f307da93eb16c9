use dash_devices::prelude::*;

#[components]
struct Ui {
    slider: Slider,
    readout: Text,
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        page("Test", row(vec![self.slider, self.readout]))
    }
}

fn main() {}
