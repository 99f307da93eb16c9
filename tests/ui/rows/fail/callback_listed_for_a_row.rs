use dash_devices::prelude::*;

#[components]
struct Lamp {
    on: Switch,
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

#[callback_shared(output = Lamp::level.value)]
fn switch(#[input(Lamp::on.on)] on: bool) -> f64 {
    f64::from(u8::from(on))
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![switch for Ui::lamps[key]];

    fn layout(self) -> Element {
        let lamps = self.lamps.rows([1, 2]).each(|_, lamp| page("Lamp", (lamp.on, lamp.level, lamp.remove)));
        page("Test", (self.slider, self.readout, self.go, lamps))
    }
}

fn main() {}
