use dash_devices::prelude::*;

#[components]
struct Ui {
    names: Text,
}

#[derive(Default)]
struct Login {
    name: String,
}

#[callback_shared(on = clients, output = Ui::names.text)]
fn names(clients: Clients<Ui>) -> String {
    clients.iter().map(|client| client.session().name).collect()
}

impl Dashboard for Ui {
    type Device = ();
    type Session = Login;
    const CALLBACKS: Callbacks<Self> = callbacks![names];

    fn layout(self) -> Element {
        page("Names", self.names)
    }
}

fn main() {}
