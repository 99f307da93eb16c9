use dash_devices::prelude::*;

#[components]
struct Ui {
    slider: Slider,
    readout: Text,
    button: Button,
}

#[callback_shared(on = Ui::button.click, output = (Ui::readout.text, Ui::button.label), queue = all, initial = false, refused = revert)]
fn show(#[input(Ui::slider.value)] percent: f64) -> Result<(String, String), String> {
    Ok((format!("{percent} %"), String::new()))
}

#[callback_shared(every = "0.5 s", output = Ui::slider.reported,)]
fn poll() -> f64 {
    0.0
}

#[callback_shared(every = Ui::slider.max, output = (Ui::slider.disabled), queue = latest, initial = true, refused = keep)]
async fn poll_as_often_as_a_property_says() -> bool {
    false
}

#[callback(on = (Ui::button.click, Ui::readout.label), queue = skip, on_error = Failure::log, transport = http, deadline = "2 min", lifespan = "0.5s",
    running(Ui::slider.label = format!("{} {}", 1, 2), Ui::slider.step = Some(0.5), Ui::slider.unit = "%",))]
fn started_by_two_things() {}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![show, poll, poll_as_often_as_a_property_says, started_by_two_things];

    fn layout(self) -> Element {
        page("Test", (self.slider, self.readout, self.button))
    }
}
