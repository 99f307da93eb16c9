use dash_devices::prelude::*;

#[components]
struct Ui(Slider, Text, Button);

#[callback_shared(output = Ui::readout.text)]
fn show(#[input(Ui::slider.value)] percent: f64) -> String {
    percent.to_string()
}
#[callback_shared(on = Ui::go.click, output = Ui::slider.value)]
fn zero() -> f64 {
    0.0
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![show, zero];

    fn layout(self) -> Element {
        page("Test", (self.0, self.1, self.2))
    }
}
fn main() {}
