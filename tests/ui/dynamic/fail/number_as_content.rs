use dash_devices::prelude::*;

#[components]
struct Ui {
    level: Slider,
    content: Container,
}

#[callback_shared(output = Ui::content.children)]
fn show(#[input(Ui::level.value)] level: f64) -> f64 {
    level
}

fn main() {}
