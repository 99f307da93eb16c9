use dash_devices::prelude::*;

#[components]
struct Ui {
    name: Input,
}

#[callback_shared]
fn show(#[input(Ui::name.value)] name: str) {
    println!("{name}");
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![show];

    fn layout(self) -> Element {
        page("Test", self.name)
    }
}

fn main() {}
