use dash_devices::prelude::*;

#[components]
struct Ui {
    open: Button,
    content: Container,
    #[dynamic]
    name: Input,
}

// The component is missing its `.place()`.
#[callback_shared(on = Ui::open.click, output = Ui::content.children)]
fn show() -> Element {
    card("Login", Ui::name)
}

fn main() {}
