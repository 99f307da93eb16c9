use dash_devices::prelude::*;

#[components]
struct Ui {
    slider: Slider,
    gauge: Gauge,
    expert: Switch,
    readout: Text,
    other: [Text; 2],
    button: Button,
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];
    const BINDINGS: Bindings<Self> = bindings![show_when(Ui::expert.on, Ui::other[2])];

    fn layout(self) -> Element {
        page("Test", (self.slider, self.gauge, self.expert, self.readout, row(self.other), self.button))
    }
}

fn main() {}
