use dash_devices::prelude::*;

#[components]
struct Panel {
    speed: Slider,
    readout: Text,
}

impl Panel {
    fn view(self) -> Element {
        page("Panel", (self.speed, self.readout))
    }
}

#[components]
struct Ui {
    left: Panel,
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        page("Test", (self.left.view(), self.left.view()))
    }
}

fn main() {}
