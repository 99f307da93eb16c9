use dash_devices::prelude::*;

#[components]
struct Ui {
    slider: Slider,
    gauge: Gauge,
    expert: Switch,
    readout: Text,
    other: Text,
    button: Button,
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];
    const BINDINGS: Bindings<Self> = bindings![mirror(Ui::slider.value, Ui::readout.text)];

    fn layout(self) -> Element {
        page("Test", (self.slider, self.gauge, self.expert, self.readout, self.other, self.button))
    }
}

fn main() {}
