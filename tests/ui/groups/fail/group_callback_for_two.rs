use dash_devices::prelude::*;

#[components]
struct Ui {
    left: Panel,
    right: Panel,
    lamps: [Switch; 4],
    go: Button,
    total: Text,
}

#[components]
struct Panel {
    speed: Slider,
    shown: Text,
}
impl Panel {
    fn view(self) -> Element {
        row((self.speed, self.shown)).into_element()
    }
}

#[callback_shared(output = Panel::shown.text)]
fn f(#[input(Panel::speed.value)] x: f64) -> String {
    todo!()
}
impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![f for Ui::left, Ui::right];

    fn layout(self) -> Element {
        page("Test", (self.left.view(), self.right.view(), row(self.lamps), self.go, self.total))
    }
}
fn main() {}
