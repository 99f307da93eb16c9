use dash_devices::prelude::*;

#[components]
struct Lamp {
    on: Switch,
}

#[components]
struct Ui {
    lamps: Many<u32, Lamp>,
}

#[callback_shared(output = Ui::lamps.rows)]
fn drop_those_that_are_off(#[input(Ui::lamps[..].on.on)] on: Rows<u32, bool>) -> Vec<u32> {
    on.iter().filter(|(_, on)| *on).map(|(key, _)| *key).collect()
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![drop_those_that_are_off];

    fn layout(self) -> Element {
        page("Test", self.lamps.each(|_, lamp| lamp.on))
    }
}

fn main() {}
