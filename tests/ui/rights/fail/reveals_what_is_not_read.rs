use dash_devices::prelude::*;

#[derive(Role)]
enum Role {
    Guest,
    Chief,
}

#[components(role = Role)]
struct Ui {
    slider: Slider,
    #[sees(Role::Chief)]
    key: Input,
    readout: Text,
}

#[callback_shared(output = Ui::readout.text, reveals = Ui::key.value)]
fn show(#[input(Ui::slider.value)] percent: f64) -> String {
    format!("{percent} %")
}

fn main() {}
