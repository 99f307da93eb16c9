use dash_devices::prelude::*;

#[components]
struct Ui {
    add: Button,
    lamps: Many<u32, Lamp>,
    total: Text,
    count: Gauge,
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

#[callback_shared(on = Ui::add.click)]
fn f(c: Rows<u32, bool>) {
    todo!()
}
impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![f];

    fn layout(self) -> Element {
        page("Test", (self.add, self.lamps.each(|_, r| r.view()), self.total, self.count))
    }
}
fn main() {}
