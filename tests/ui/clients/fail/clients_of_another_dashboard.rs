use dash_devices::prelude::*;

#[components]
struct Other {
    speed: Slider,
}

impl Dashboard for Other {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        page("Speed", self.speed)
    }
}

#[components]
struct Ui {
    visitors: Text,
}

#[callback_shared(on = clients, output = Ui::visitors.text)]
fn count(clients: Clients<Other>) -> String {
    clients.len().to_string()
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![count];

    fn layout(self) -> Element {
        page("Visitors", self.visitors)
    }
}

fn main() {}
