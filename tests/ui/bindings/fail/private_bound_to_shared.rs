use dash_devices::prelude::*;

#[components]
struct Ui {
    slider: Slider,
    other: Slider,
    name: Input,
    readout: Text,
    button: Button,
}

#[callback(on = Ui::button.click, output = Ui::slider.value)]
fn mine() -> f64 {
    1.0
}

#[callback_shared(output = Ui::readout.text)]
fn everybodys(#[input(Ui::other.value)] value: f64) -> String {
    value.to_string()
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![mine, everybodys];
    const BINDINGS: Bindings<Self> = bindings![bind(Ui::slider.value, Ui::other.value)];

    fn layout(self) -> Element {
        page("Test", (self.slider, self.other, self.name, self.readout, self.button))
    }
}

fn main() {}
