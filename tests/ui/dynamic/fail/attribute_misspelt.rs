use dash_devices::prelude::*;

#[components]
struct Ui {
    open: Switch,
    content: Container,
    #[dinamic]
    name: Input,
}

#[callback(output = Ui::content.children)]
fn form(#[input(Ui::open.on)] open: bool) -> Element {
    if open { card("Who are you?", Ui::name.place()) } else { Element::default() }
}

fn main() {}
