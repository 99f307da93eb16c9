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

#[callback_shared(output = Ui::lamps[0..3].on)]
fn all(#[input(Ui::slider.value)] percent: f64) -> bool {
    percent > 50.0
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![all];

    fn layout(self) -> Element {
        let panel = |panel: Panel| page("Panel", (panel.speed, panel.readout));
        page("Test", (self.slider, panel(self.left), panel(self.right), page("Lamps", self.lamps)))
    }
}

fn main() {}
