use dash_devices::prelude::*;

#[components]
struct Panel {
    speed: Slider,
    readout: Text,
}

#[components]
struct Ui {
    slider: Slider,
    left: Panel,
    right: Panel,
    lamps: [Switch; 3],
}

#[callback_shared(output = Ui::slider.value)]
fn count(#[input(Ui::lamps[0..].on)] on: [bool; 3]) -> f64 {
    on.iter().filter(|on| **on).count() as f64
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![count];

    fn layout(self) -> Element {
        let panel = |panel: Panel| page("Panel", (panel.speed, panel.readout));
        page("Test", (self.slider, panel(self.left), panel(self.right), page("Lamps", self.lamps)))
    }
}

fn main() {}
