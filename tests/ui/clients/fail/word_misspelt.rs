use dash_devices::prelude::*;

#[components]
struct Ui {
    visitors: Text,
}

#[callback_shared(on = client, output = Ui::visitors.text)]
fn count(handle: Handle<Ui>) -> String {
    format!("{handle:?}")
}

fn main() {}
