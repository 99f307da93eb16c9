//! The word of other libraries for `on`.

use dash_devices::prelude::*;

#[components]
struct Ui {
    horn: Button,
    state: Text,
}

#[callback_shared(on_click = Ui::horn, output = Ui::state.text)]
fn sound() -> String {
    "on".to_owned()
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![sound];

    fn layout(self) -> Element {
        page("Rover", (self.horn, self.state))
    }
}

fn main() {}
