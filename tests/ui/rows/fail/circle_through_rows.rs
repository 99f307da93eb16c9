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

#[callback_shared(output = Ui::slider.value)]
fn sum(#[input(Ui::lamps[..].level.value)] levels: Rows<u32, f64>) -> f64 {
    levels.values().sum()
}

#[callback_shared(output = Ui::lamps[key].level.value)]
fn share(#[input(Ui::slider.value)] sum: f64) -> f64 {
    sum / 2.0
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![sum, share];

    fn layout(self) -> Element {
        let lamps = self.lamps.rows([1, 2]).each(|_, lamp| page("Lamp", (lamp.on, lamp.level, lamp.remove)));
        page("Test", (self.slider, self.readout, self.go, lamps))
    }
}

fn main() {}
