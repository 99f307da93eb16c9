use dash_devices::prelude::*;

#[components]
struct Ui {
    slider: Slider,
    readout: Text,
    button: Button,
}

#[callback_shared(output = (
    Ui::a.text, Ui::b.text, Ui::c.text, Ui::d.text, Ui::e.text, Ui::f.text, Ui::g.text, Ui::h.text, Ui::i.text,
    Ui::j.text, Ui::k.text, Ui::l.text, Ui::m.text,
))]
fn show(#[input(Ui::slider.value)] percent: f64) -> String {
    percent.to_string()
}

fn main() {}
