use dash_devices::prelude::*;

#[components]
struct Ui {
    slider: Slider,
    readout: Text,
    button: Button,
}

#[derive(Default)]
struct Login;

#[callback(output = Ui::readout.text)]
fn show(#[session(Login)] _login: &mut Login, #[input(Ui::slider.value)] percent: f64) -> String {
    percent.to_string()
}

fn main() {}
