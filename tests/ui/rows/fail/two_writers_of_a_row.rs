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

#[callback_shared(output = Ui::lamps[key].level.value)]
fn switch(#[input(Ui::lamps[key].on.on)] on: bool) -> f64 {
    f64::from(u8::from(on))
}

#[callback_shared(on = Ui::go.click, output = Ui::lamps[..].level.value)]
fn dark(#[state(Ui::lamps[..].level.value)] levels: Rows<u32, f64>) -> Rows<u32, f64> {
    levels.map(|_, _| 0.0)
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![switch, dark];

    fn layout(self) -> Element {
        let lamps = self.lamps.rows([1, 2]).each(|_, lamp| page("Lamp", (lamp.on, lamp.level, lamp.remove)));
        page("Test", (self.slider, self.readout, self.go, lamps))
    }
}

fn main() {}
