use dash_devices::prelude::*;

#[components]
struct Ui {
    go: Button,
    content: Container,
    #[dynamic]
    name: Input,
    readout: Text,
}

#[callback(on = Ui::go.click, output = Ui::readout.text)]
fn f() -> Input {
    Ui::name.place()
}
impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![f];

    fn layout(self) -> Element {
        page("T", (self.go, self.content, self.readout))
    }
}
fn main() {}
