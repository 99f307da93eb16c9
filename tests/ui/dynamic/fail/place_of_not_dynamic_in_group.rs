use dash_devices::prelude::*;

#[components]
struct Ui {
    go: Button,
    content: Container,
    left: Panel,
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

#[callback(on = Ui::go.click, output = Ui::content.children)]
fn f() -> Slider {
    Ui::left.speed.place()
}
impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![f];

    fn layout(self) -> Element {
        page("Test", (self.go, self.content, self.left.view()))
    }
}
fn main() {}
