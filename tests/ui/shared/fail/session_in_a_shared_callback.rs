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

#[callback_shared(output = Ui::readout.text)]
fn show(#[session] login: &mut Login, #[input(Ui::slider.value)] percent: f64) -> String {
    login.count += 1;
    percent.to_string()
}

fn main() {}
