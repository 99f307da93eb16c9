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
        row(self.speed).into_element()
    }
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        page("Test", (self.left.view(), self.right.view(), row(self.lamps), self.go, self.total))
    }
}
fn main() {
    let _ = dash_devices::App::new::<Ui>(());
}
