use dash_devices::prelude::*;

#[components]
struct Ui {
    slider: Slider,
    readout: Text,
    button: Button,
}

#[derive(Default)]
struct Login {
    count: u32,
}

#[callback_shared(output = Ui::slider.min)]
fn shared(#[input(Ui::slider.value)] percent: f64) -> f64 {
    percent
}

#[callback(output = Ui::readout.text)]
fn private(#[session] login: &mut Login, #[input(Ui::slider.min)] min: f64) -> String {
    login.count += 1;
    min.to_string()
}

impl Dashboard for Ui {
    type Device = ();
    type Session = Login;
    const CALLBACKS: Callbacks<Self> = callbacks![shared, private];

    fn layout(self) -> Element {
        page("Test", (self.slider, self.readout, self.button))
    }
}
