use dash_devices::prelude::*;

#[components]
struct Ui {
    slider: Slider,
    readout: Text,
    button: Button,
}

#[callback_shared]
fn first(#[input(Ui::slider.value, throttle = "50ms")] percent: f64) {
    let _ = percent;
}

/// The same rate, or none: what is sent is sent to all.
#[callback_shared]
fn second(#[input(Ui::slider.value, throttle = "0.05s",)] percent: f64) {
    let _ = percent;
}

#[callback_shared]
fn third(#[input(Ui::slider.value)] percent: f64) {
    let _ = percent;
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![first, second, third];

    fn layout(self) -> Element {
        page("Test", (self.slider, self.readout, self.button))
    }
}
