//! A callback shows to everybody what only some may see.

use dash_devices::prelude::*;

#[derive(Role)]
enum Role {
    Guest,
    Operator,
    Admin,
}

#[components(role = Role)]
struct Ui {
    #[sees(Role::Admin)]
    key: Input,
    status: Text,
}

#[callback_shared(output = Ui::status.text)]
fn show(#[input(Ui::key.value)] key: &str) -> String {
    key.to_owned()
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![show];

    fn layout(self) -> Element {
        page("Lab", (self.key, self.status))
    }
}

fn main() {}
