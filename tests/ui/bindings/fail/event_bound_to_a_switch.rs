use dash_devices::prelude::*;

#[components]
struct Ui {
    go: Button,
    lamp: Switch,
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];
    const BINDINGS: Bindings<Self> = bindings![bind(Ui::go.click, Ui::lamp.on)];

    fn layout(self) -> Element {
        page("Test", (self.go, self.lamp))
    }
}

fn main() {}
