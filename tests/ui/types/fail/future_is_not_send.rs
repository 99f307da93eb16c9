use dash_devices::prelude::*;

#[components]
struct Ui {
    slider: Slider,
    readout: Text,
    button: Button,
}

#[callback_shared(output = Ui::readout.text)]
async fn show(#[input(Ui::slider.value)] percent: f64) -> String {
    let shared = std::rc::Rc::new(percent);
    std::future::ready(()).await;
    shared.to_string()
}

fn main() {}
