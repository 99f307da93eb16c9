//! The condition of an alarm as a comparison.

use dash_devices::prelude::*;

#[components]
struct Ui {
    current: Gauge,
    alarms: Alarms,
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];
    const BINDINGS: Bindings<Self> = bindings![alarm(Ui::current.value > 2.0, Ui::alarms, "Too much current")];

    fn layout(self) -> Element {
        page("Supply", (self.alarms, self.current))
    }
}

fn main() {}
