use dash_devices::prelude::*;

#[components]
struct Ui {
    pressure: Gauge,
    name: Text,
    speed: Slider,
    alarms: Alarms,
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];
    const BINDINGS: Bindings<Self> = bindings![alarm(Ui::speed.disabled, Ui::alarms, "Locked {:.1}", equals = true)];

    fn layout(self) -> Element {
        page("Boiler", (self.pressure, self.name, self.speed, self.alarms))
    }
}

fn main() {}
