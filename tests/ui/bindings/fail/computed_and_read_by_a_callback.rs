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

#[callback_shared(on = Ui::button.click, output = Ui::other.text)]
fn copy(#[state(Ui::readout.text)] text: String) -> String {
    text
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![copy];
    const BINDINGS: Bindings<Self> = bindings![format(Ui::slider.value, Ui::readout.text, "{:.1} V")];

    fn layout(self) -> Element {
        page("Test", (self.slider, self.gauge, self.expert, self.readout, self.other, self.button))
    }
}

fn main() {}
