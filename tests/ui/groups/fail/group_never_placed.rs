use dash_devices::prelude::*;

#[components]
struct Panel {
    speed: Slider,
    readout: Text,
}

#[components]
struct Ui {
    left: Panel,
    right: Panel,
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        page("Test", self.left.speed)
    }
}

fn main() {}
