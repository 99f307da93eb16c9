#![deny(unused_must_use)]

use dash_devices::prelude::*;

#[components]
struct Ui {
    level: Slider,
    readout: Text,
    history: Trend,
    go: Button,
}

fn change() {
    changes![Ui::level.value = 1.0];
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        page("Level", (self.level, self.readout, self.history, self.go))
    }
}

fn main() {}
