use dash_devices::prelude::*;

#[components]
struct Ui {
    slider: Slider,
    other: Slider,
    name: Input,
    readout: Text,
    button: Button,
}

#[callback_shared(output = Ui::other.value)]
fn half(#[input(Ui::slider.value)] value: f64) -> f64 {
    value / 2.0
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![half];
    const BINDINGS: Bindings<Self> = bindings![bind(Ui::slider.value, Ui::other.value)];

    fn layout(self) -> Element {
        page("Test", (self.slider, self.other, self.name, self.readout, self.button))
    }
}

fn main() {}
