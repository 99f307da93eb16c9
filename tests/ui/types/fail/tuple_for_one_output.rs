use dash_devices::prelude::*;

#[components]
struct Ui {
    slider: Slider,
    readout: Text,
    go: Button,
    gauge: Gauge,
    expert: Switch,
}

#[callback_shared(output = Ui::readout.text)]
fn f(#[input(Ui::slider.value)] percent: f64) -> (String, f64) {
    todo!()
}
impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![f];

    fn layout(self) -> Element {
        page("Test", (self.slider, self.readout, self.go, self.gauge, self.expert))
    }
}
fn main() {}
