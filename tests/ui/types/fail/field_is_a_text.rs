use dash_devices::prelude::*;

#[components]
struct Ui {
    slider: Slider,
    readout: String,
}

#[callback_shared(output = Ui::readout.text)]
fn show(#[input(Ui::slider.value)] percent: f64) -> String {
    format!("{percent} %")
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![show];

    fn layout(self) -> Element {
        page("Lamp", (self.slider, self.readout))
    }
}

fn main() {}
