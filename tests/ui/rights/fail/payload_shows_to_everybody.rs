//! A callback shows to everybody the payload of an event that only some can see.

use dash_devices::component::prelude::*;
use dash_devices::prelude::*;
use dash_devices::Component;

#[derive(Component)]
#[component(tag = "my-dial", script = "../../components/knob.js")]
pub struct Dial {
    id: ComponentId,
    #[prop(event)]
    turned: Event<i8>,
}

impl Render for Dial {
    fn render(&self, _: &mut Html) {}
}

#[derive(Role)]
enum Role {
    Guest,
    Admin,
}

#[components(role = Role)]
struct Ui {
    #[sees(Role::Admin)]
    dial: Dial,
    status: Text,
}

#[callback_shared(output = Ui::status.text)]
fn show(#[input(Ui::dial.turned)] steps: Option<i8>) -> String {
    steps.unwrap_or_default().to_string()
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![show];

    fn layout(self) -> Element {
        page("Lab", (self.dial, self.status))
    }
}

fn main() {}
