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

#[callback_shared(on = Ui::button.click, output = Ui::readout.text)]
fn clear() -> String {
    String::new()
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![clear];
    const BINDINGS: Bindings<Self> = bindings![format(Ui::slider.value, Ui::readout.text, "{:.1} V")];

    fn layout(self) -> Element {
        page("Test", (self.slider, self.gauge, self.expert, self.readout, self.other, self.button))
    }
}

fn main() {}
