use dash_devices::prelude::*;

#[components]
struct Ui {
    slider: Slider,
    other: Slider,
    name: Input,
    readout: Text,
    button: Button,
}

#[callback_shared(on = Ui::button.click, output = Ui::slider.value)]
fn zero() -> f64 {
    0.0
}

#[callback_shared(output = Ui::other.value)]
fn limit(#[input(Ui::slider.max)] max: f64) -> f64 {
    max
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![zero, limit];
    const BINDINGS: Bindings<Self> = bindings![bind(Ui::slider.value, Ui::other.value)];

    fn layout(self) -> Element {
        page("Test", (self.slider, self.other, self.name, self.readout, self.button))
    }
}

fn main() {}
