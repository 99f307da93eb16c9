use dash_devices::prelude::*;

#[components]
struct Ui {
    slider: Slider,
    readout: Text,
    trend: Trend,
}

#[callback_shared(output = (Ui::readout.text, Ui::trend.points))]
fn show(#[input(Ui::slider.value)] percent: f64, #[state(Ui::slider.max)] max: &f64) -> (String, Vec<Sample>) {
    (format!("{percent} of {max}"), Vec::new())
}

#[callback(output = Ui::trend.window)]
fn private(#[input(Ui::slider.value)] percent: f64) -> Option<f64> {
    (percent > 0.0).then_some(percent)
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![show, private];

    fn layout(self) -> Element {
        page("Test", (self.slider, self.readout, self.trend))
    }
}
