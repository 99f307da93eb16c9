use dash_devices::prelude::*;

#[components]
struct Ui {
    slider: Slider,
    readout: Text,
    button: Button,
}

#[callback_shared(output = Ui::slider.min)]
fn first(#[input(Ui::slider.max)] max: f64) -> f64 {
    max
}

#[callback_shared(output = Ui::slider.reported)]
fn second(#[input(Ui::slider.min)] min: f64) -> f64 {
    min
}

#[callback_shared(output = Ui::slider.max)]
fn third(#[input(Ui::slider.reported)] reported: Option<f64>) -> Option<f64> {
    reported
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![first, second, third];

    fn layout(self) -> Element {
        page("Test", (self.slider, self.readout, self.button))
    }
}

fn main() {}
