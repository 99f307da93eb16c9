use dash_devices::prelude::*;

#[components]
enum Ui {
    Slider,
    Text,
}

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
        page("Test", "x")
    }
}
fn main() {}
