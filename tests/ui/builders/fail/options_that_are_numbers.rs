use dash_devices::prelude::*;

#[components]
struct Ui {
    range: Dropdown,
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        page("Meter", self.range.options([1, 2, 5]))
    }
}

fn main() {}
