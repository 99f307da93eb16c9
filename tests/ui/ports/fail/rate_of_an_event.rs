use dash_devices::prelude::*;

#[components]
struct Ui {
    slider: Slider,
    readout: Text,
    button: Button,
}

#[callback_shared]
fn show(#[input(Ui::button.click, throttle = "50ms")] clicked: Option<()>) {
    let _ = clicked;
}

fn main() {}
