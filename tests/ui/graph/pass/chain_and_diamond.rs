use dash_devices::prelude::*;

#[components]
struct Ui {
    slider: Slider,
    readout: Text,
    button: Button,
}

#[callback_shared(output = (Ui::slider.min, Ui::slider.max))]
fn split(#[input(Ui::slider.value)] percent: f64) -> (f64, f64) {
    (percent, percent)
}

#[callback_shared(output = Ui::readout.text)]
fn join(#[input(Ui::slider.min)] min: f64, #[input(Ui::slider.max)] max: f64) -> String {
    format!("{min} {max}")
}

// A state is not followed, so this is no circle.
#[callback_shared(output = Ui::slider.value)]
fn back(#[state(Ui::readout.text)] text: &str, #[input(Ui::button.click)] _clicked: Option<()>) -> Option<f64> {
    text.parse().ok()
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![split, join, back];

    fn layout(self) -> Element {
        page("Test", (self.slider, self.readout, self.button))
    }
}
