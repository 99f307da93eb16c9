use dash_devices::prelude::*;

#[components]
struct Ui {
    temperature: Gauge,
    alarms: Alarms,
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];
    const BINDINGS: Bindings<Self> =
        bindings![alarm(Ui::temperature.value, Ui::alarms, "Too hot: {:.1} °C", above = "39", hysteresis = "1")];

    fn layout(self) -> Element {
        page("Test", (self.temperature, self.alarms))
    }
}

fn main() {}
