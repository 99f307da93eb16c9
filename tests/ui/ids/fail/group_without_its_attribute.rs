use dash_devices::prelude::*;

struct Panel {
    speed: Slider,
    readout: Text,
}

#[components]
struct Ui {
    go: Button,
    left: Panel,
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        page("Test", (self.go, self.left.speed, self.left.readout))
    }
}

fn main() {}
