use dash_devices::prelude::*;

#[components]
struct Ui {
    slider: Slider,
    readout: Text,
    go: Button,
    gauge: Gauge,
    expert: Switch,
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];
    const BINDINGS: Bindings<Self> =
        bindings![script("script_function_not_exported/watts.js", Ui::slider.value, Ui::readout.text)];

    fn layout(self) -> Element {
        page("Test", (self.slider, self.readout, self.go, self.gauge, self.expert))
    }
}
fn main() {}
