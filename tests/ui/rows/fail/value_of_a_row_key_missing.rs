use dash_devices::prelude::*;

#[components]
struct Ui {
    lamps: Many<Name, Lamp>,
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
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Name(u32);
#[callback_shared(output = Ui::lamps[key].level.value)]
fn f(#[key] key: Name, #[input(Ui::lamps[key].on.on)] on: bool) -> f64 {
    let _ = key;
    0.0
}
impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![f];

    fn layout(self) -> Element {
        page("Test", (self.lamps.each(|_, r| r.view()),))
    }
}
fn main() {}
