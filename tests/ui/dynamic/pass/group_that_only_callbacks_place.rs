use dash_devices::prelude::*;

/// No component is marked: the whole group is, where it is a field.
#[components]
struct Panel {
    speed: Slider,
    shown: Text,
}

#[components]
struct Ui {
    open: Button,
    content: Container,
    #[dynamic]
    left: Panel,
}

#[callback(on = Ui::open.click, output = Ui::content.children)]
fn open() -> Element {
    row((Ui::left.speed.place().label("Speed"), Ui::left.shown.place()))
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![open];

    fn layout(self) -> Element {
        page("Page", (self.open, self.content))
    }
}

#[test]
fn it_starts() {
    dash_devices::App::new::<Ui>(()).unwrap();
}
