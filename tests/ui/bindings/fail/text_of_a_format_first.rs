use dash_devices::prelude::*;

#[components]
struct Ui {
    slider: Slider,
    readout: Text,
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];
    const BINDINGS: Bindings<Self> = bindings![format("{:.1} V", Ui::slider.value, Ui::readout.text)];

    fn layout(self) -> Element {
        page("Lamp", (self.slider, self.readout))
    }
}

fn main() {}
