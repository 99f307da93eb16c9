use dash_devices::prelude::*;

#[components]
struct Ui {
    slider: Slider,
    other: Slider,
    third: Slider,
    readout: Text,
    button: Button,
}

#[callback_shared(output = Ui::readout.text)]
fn show(#[input(Ui::slider.value)] one: f64, #[input(Ui::other.value)] same: f64) -> String {
    format!("{one} {same}")
}

#[callback_shared(on = Ui::button.click, output = Ui::other.value)]
fn zero() -> f64 {
    0.0
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![show, zero];
    const BINDINGS: Bindings<Self> =
        bindings![bind(Ui::slider.value, Ui::other.value), bind(Ui::other.value, Ui::third.value)];

    fn layout(self) -> Element {
        page("Test", (self.slider, self.other, self.third, self.readout, self.button))
    }
}

#[test]
fn it_starts() {
    let _ = dash_devices::App::new::<Ui>(()).unwrap();
}
