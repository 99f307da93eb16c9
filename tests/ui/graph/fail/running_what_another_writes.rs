use dash_devices::prelude::*;

#[components]
struct Ui {
    slider: Slider,
    readout: Text,
    button: Button,
}

#[callback_shared(output = Ui::readout.text)]
fn first(#[input(Ui::slider.value)] percent: f64) -> String {
    percent.to_string()
}

#[callback_shared(on = Ui::button.click, running(Ui::readout.text = "busy"))]
fn second() {}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![first, second];

    fn layout(self) -> Element {
        page("Test", (self.slider, self.readout, self.button))
    }
}

fn main() {}
