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

#[callback(output = Ui::readout.text)]
fn show(login: &mut Login, #[input(Ui::slider.value)] percent: f64) -> String {
    login.count += 1;
    percent.to_string()
}

impl Dashboard for Ui {
    type Device = ();
    type Session = Login;
    const CALLBACKS: Callbacks<Self> = callbacks![show];

    fn layout(self) -> Element {
        page("Test", (self.slider, self.readout, self.button))
    }
}

fn main() {}
