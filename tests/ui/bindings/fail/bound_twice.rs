use dash_devices::prelude::*;

#[components]
struct Ui {
    slider: Slider,
    other: Slider,
    name: Input,
    readout: Text,
    button: Button,
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];
    const BINDINGS: Bindings<Self> =
        bindings![bind(Ui::slider.value, Ui::other.value), bind(Ui::other.value, Ui::slider.value)];

    fn layout(self) -> Element {
        page("Test", (self.slider, self.other, self.name, self.readout, self.button))
    }
}

fn main() {}
