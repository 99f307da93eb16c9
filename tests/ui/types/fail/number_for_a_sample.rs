use dash_devices::prelude::*;

#[components]
struct Ui {
    slider: Slider,
    readout: Text,
    go: Button,
    gauge: Gauge,
    expert: Switch,
    trend: Trend,
}

#[callback_shared(output = Ui::trend.points)]
fn f(#[input(Ui::slider.value)] x: f64) -> f64 {
    todo!()
}
impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![f];

    fn layout(self) -> Element {
        page("Test", (self.slider, self.readout, self.go, self.gauge, self.expert, self.trend.series(["a"])))
    }
}
fn main() {}
