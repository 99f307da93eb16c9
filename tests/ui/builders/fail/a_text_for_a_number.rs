use dash_devices::prelude::*;

#[components]
struct Ui {
    level: Slider,
    go: Button,
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        page("Pump", (self.level.step("0.5"), self.go))
    }
}

fn main() {}
