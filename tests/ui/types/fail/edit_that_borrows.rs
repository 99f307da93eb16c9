// The edit may be done again later, when what the callback borrowed is gone.

use dash_devices::prelude::*;

#[components]
struct Ui {
    name: Input,
    text: Text,
}

#[callback_shared(output = Ui::text.text)]
fn append(#[input(Ui::name.value)] name: &str) -> Edit<String> {
    Edit::with(|text: &mut String| text.push_str(name))
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![append];

    fn layout(self) -> Element {
        page("Edits", (self.name, self.text))
    }
}

fn main() {}
