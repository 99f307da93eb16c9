use dash_devices::prelude::*;

#[components]
struct Ui {
    go: Button,
    lamps: Many<u32, Many<u32, Lamp>>,
}

#[components]
struct Lamp {
    on: Switch,
    level: Slider,
    note: Text,
    remove: Button,
}
impl Lamp {
    fn view(self) -> Element {
        row((self.on, self.level, self.note, self.remove)).into_element()
    }
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        page("T", self.go)
    }
}
fn main() {}
