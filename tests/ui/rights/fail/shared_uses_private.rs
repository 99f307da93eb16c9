//! A shared callback reads what is private.

use dash_devices::prelude::*;

#[components]
struct Ui {
    #[private]
    name: Input,
    status: Text,
}

#[callback_shared(output = Ui::status.text)]
fn show(#[input(Ui::name.value)] name: &str) -> String {
    name.to_owned()
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![show];

    fn layout(self) -> Element {
        page("Lab", (self.name, self.status))
    }
}

fn main() {}
