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
    const BINDINGS: Bindings<Self> = bindings![script(
        "watts.js",
        (
            Ui::slider.value,
            Ui::slider.min,
            Ui::slider.max,
            Ui::slider.step,
            Ui::slider.label,
            Ui::slider.unit,
            Ui::slider.reported,
            Ui::slider.disabled,
            Ui::gauge.value
        ),
        Ui::readout.text
    )];

    fn layout(self) -> Element {
        page("Test", (self.slider, self.readout, self.go, self.gauge, self.expert))
    }
}
fn main() {}
