use dash_devices::prelude::*;

#[components]
struct Ui {
    slider: Slider,
    gauge: Gauge,
    expert: Switch,
    readout: Text,
    other: Text,
    button: Button,
}

#[callback_shared(on = Ui::button.click, output = Ui::slider.value)]
fn zero() -> f64 {
    0.0
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![zero];
    const BINDINGS: Bindings<Self> = bindings![
        mirror(Ui::slider.value, Ui::gauge.value),
        mirror(Ui::expert.on, Ui::slider.disabled),
        format(Ui::gauge.value, Ui::readout.text, "{:.1} V"),
        show_when(Ui::expert.on, Ui::gauge),
        script("watts.js", (Ui::slider.value, Ui::gauge.value), Ui::other.text),
    ];

    fn layout(self) -> Element {
        page("Test", (self.slider, self.gauge, self.expert, self.readout, self.other, self.button))
    }
}

#[test]
fn it_starts() {
    let _ = dash_devices::App::new::<Ui>(()).unwrap();
}
