use dash_devices::prelude::*;

struct Ui {
    slider: Slider,
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        page("Test", self.slider)
    }
}

fn main() {}
