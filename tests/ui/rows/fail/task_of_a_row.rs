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
async fn work(#[input(Ui::lamps[key].on.on)] on: bool, task: Task) -> f64 {
    task.cancelled().await;
    f64::from(u8::from(on))
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![work];

    fn layout(self) -> Element {
        let lamps = self.lamps.rows([1, 2]).each(|_, lamp| page("Lamp", (lamp.on, lamp.level, lamp.remove)));
        page("Test", (self.slider, self.readout, self.go, lamps))
    }
}

fn main() {}
