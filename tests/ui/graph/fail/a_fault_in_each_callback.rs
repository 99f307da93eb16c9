//! A fault in one callback hides none in another.

use dash_devices::prelude::*;

#[components]
struct Ui {
    slider: Slider,
    readout: Text,
    button: Button,
}

#[callback_shared(outptu = Ui::readout.text)]
fn first(#[input(Ui::slider.value)] percent: f64) -> String {
    percent.to_string()
}

#[callback_shared(output = Ui::readout.text)]
fn second(#[input(Ui::slider.max)] max: u8) -> String {
    max.to_string()
}

#[callback_shared(output = Ui::button.label)]
fn third(#[input(Ui::slider.value)] percent: f64) -> f64 {
    percent
}

#[callback(every = "1s", output = Ui::slider.unit)]
fn fourth() -> String {
    String::new()
}

#[callback_shared(output = Ui::slider.label)]
fn fifth(motor: &mut String, #[input(Ui::slider.value)] percent: f64) -> String {
    format!("{motor} {percent}")
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![first, second, third, fourth, fifth];

    fn layout(self) -> Element {
        page("Test", (self.slider, self.readout, self.button))
    }
}

fn main() {}
