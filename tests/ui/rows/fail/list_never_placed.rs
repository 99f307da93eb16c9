use dash_devices::prelude::*;

#[components]
struct Ui {
    go: Button,
    lamps: Many<u32, Switch>,
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        page("Test", self.go)
    }
}

fn main() {}
