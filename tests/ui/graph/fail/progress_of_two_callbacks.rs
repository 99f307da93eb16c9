use dash_devices::prelude::*;

#[components]
struct Ui {
    slider: Slider,
    readout: Text,
    button: Button,
}

#[callback_shared(on = Ui::button.click)]
fn first(#[progress(Ui::readout.text)] progress: ProgressSink<String>) {
    progress.set("half");
}

#[callback_shared(output = Ui::readout.text)]
fn second(#[input(Ui::slider.value)] percent: f64) -> String {
    percent.to_string()
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![first, second];

    fn layout(self) -> Element {
        page("Test", (self.slider, self.readout, self.button))
    }
}

fn main() {}
