use dash_devices::prelude::*;

#[components]
struct Lamp {
    on: Switch,
    #[dynamic]
    level: Slider,
    remove: Button,
}

#[components]
struct Ui {
    slider: Slider,
    readout: Text,
    go: Button,
    lamps: Many<u32, Lamp>,
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        let lamps = self.lamps.rows([1, 2]).each(|_, lamp| page("Lamp", (lamp.on, lamp.remove)));
        page("Test", (self.slider, self.readout, self.go, lamps))
    }
}

fn main() {}
