use dash_devices::prelude::*;

#[components]
struct Ui {
    slider: Slider,
    readout: Text,
    go: Button,
    gauge: Gauge,
    expert: Switch,
    stop: Button,
    bar: Progress,
}

#[callback_shared(on = Ui::go.click)]
fn f(#[progress(Ui::bar.max)] bar: ProgressSink<f64>) {
    bar.set(5_u64)
}
impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![f];

    fn layout(self) -> Element {
        page("Test", (self.slider, self.readout, self.go, self.gauge, self.expert, self.stop, self.bar))
    }
}
fn main() {}
