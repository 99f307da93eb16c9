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

#[callback_shared(output = Ui::lamps[0..4].on)]
fn f(#[input(Ui::go.click)] _: Option<()>) -> Vec<bool> {
    todo!()
}
impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![f];

    fn layout(self) -> Element {
        page("Test", (self.left.view(), self.right.view(), row(self.lamps), self.go, self.total))
    }
}
fn main() {}
