use dash_devices::prelude::*;

#[components]
struct Ui {
    slider: Slider,
    readout: Text,
    button: Button,
}

#[callback_shared(output = Ui::readout.text)]
fn text(#[input(Ui::slider.value)] percent: f64) -> &'static str {
    if percent > 0.0 { "on" } else { "off" }
}

#[callback_shared(output = Ui::slider.reported)]
fn number(#[input(Ui::slider.value)] percent: f64) -> f32 {
    percent as f32
}

#[callback_shared(output = (Ui::slider.unit, Ui::slider.label))]
fn some_of_two(#[input(Ui::slider.value)] percent: f64) -> Result<(Option<char>, Option<String>), String> {
    Ok((Some('%'), None.or_else(|| Some(percent.to_string()))))
}

#[callback_shared]
fn nothing_but_failure(#[input(Ui::slider.value)] _percent: f64) -> Result<(), String> {
    Err("no".to_owned())
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![text, number, some_of_two, nothing_but_failure];

    fn layout(self) -> Element {
        page("Test", (self.slider, self.readout, self.button))
    }
}
