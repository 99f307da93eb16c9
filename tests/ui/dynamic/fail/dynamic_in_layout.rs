use dash_devices::prelude::*;

#[components]
struct Ui {
    go: Button,
    content: Container,
    #[dynamic]
    hint: Text,
}

#[callback(on = Ui::go.click, output = Ui::content.children)]
fn f() -> Text {
    Ui::hint.place().text("x")
}
impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![f];

    fn layout(self) -> Element {
        page("T", (self.go, self.content, self.hint))
    }
}
fn main() {}
