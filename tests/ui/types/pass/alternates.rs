use dash_devices::prelude::*;

#[components]
struct Ui {
    slider: Slider,
    readout: Text,
    button: Button,
}

#[callback(on = Ui::button.click, output = Ui::readout.text, alternate = Ui::readout.label)]
fn one_of_each(#[state(Ui::slider.value)] percent: f64) -> Result<String, &'static str> {
    if percent < 50.0 { Ok(percent.to_string()) } else { Err("too much") }
}

#[callback_shared(output = Ui::slider.reported, alternate = (Ui::slider.disabled, Ui::button.label))]
async fn with_no_change(#[input(Ui::slider.value)] percent: f64) -> Result<Option<f64>, (bool, Option<String>)> {
    if percent < 50.0 { Ok(None) } else { Err((true, None)) }
}

/// The same property either way, and a failure besides.
#[callback_shared(output = Ui::slider.unit, alternate = Ui::slider.unit)]
fn or_fails(#[input(Ui::slider.max)] max: f64) -> Result<Result<String, std::num::ParseFloatError>, String> {
    "1".parse()
        .map(|one: f64| (max > one).then(|| "%".to_owned()).ok_or_else(String::new))
        .map_or_else(|error| Ok(Err(error)), |either| either.map(Ok))
}

#[callback_shared(alternate = Ui::slider.label)]
fn without_output(#[input(Ui::slider.min)] min: f64) -> Result<(), String> {
    if min < 0.0 { Err("below zero".to_owned()) } else { Ok(()) }
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![one_of_each, with_no_change, or_fails, without_output];

    fn layout(self) -> Element {
        page("Test", (self.slider, self.readout, self.button))
    }
}
