use dash_devices::prelude::*;

#[components]
struct Ui {
    open: Button,
    content: Container,
    side: Container,
    #[dynamic]
    name: Input,
    /// Never placed, which is fine.
    #[dynamic]
    hint: Text,
}

#[callback(on = Ui::open.click, output = Ui::content.children)]
fn one() -> Input {
    Ui::name.place().label("Name")
}

#[callback_shared(on = Ui::open.click, output = Ui::side.children)]
fn several() -> Result<Option<(Element, &'static str)>, String> {
    Ok(Some((heading("Side"), "a text")))
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![one, several];

    fn layout(self) -> Element {
        page("Page", (self.open, self.content, self.side.children("nothing yet")))
    }
}

#[test]
fn it_starts() {
    dash_devices::App::new::<Ui>(()).unwrap();
}
