use dash_devices::prelude::*;

#[components]
struct Ui {
    slider: Slider,
    readout: Text,
    button: Button,
}

#[derive(Default)]
struct Settings;

impl Dashboard for Ui {
    type Device = ();
    type Session = Settings;
    const SESSION_OF: SessionOf<Self> = SessionOf::login();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        page("Test", (self.slider, self.readout, self.button))
    }
}

fn main() {}
