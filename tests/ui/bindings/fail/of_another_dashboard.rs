use dash_devices::prelude::*;

#[components]
struct Ui {
    slider: Slider,
    other: Slider,
    name: Input,
    readout: Text,
    button: Button,
}

#[components]
struct Other {
    slider: Slider,
    number: Slider,
}

impl Dashboard for Other {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        page("Other", (self.slider, self.number))
    }
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];
    const BINDINGS: Bindings<Self> = bindings![bind(Other::slider.value, Other::number.value)];

    fn layout(self) -> Element {
        page("Test", (self.slider, self.other, self.name, self.readout, self.button))
    }
}

fn main() {}
