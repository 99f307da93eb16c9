use dash_devices::prelude::*;

#[components]
#[derive(Clone)]
struct Ui {
    speed: Slider,
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        page("Test", self.speed)
    }
}

fn main() {}
