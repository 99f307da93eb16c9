use dash_devices::prelude::*;

#[components]
struct Room {
    #[dynamic]
    name: Text,
    lamps: Many<u32, Switch>,
}

impl Room {
    fn view(self) -> Element {
        self.lamps.each(|_, lamp| lamp)
    }
}

#[components]
struct Ui {
    go: Button,
    #[dynamic]
    room: Room,
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        page("Test", self.go)
    }
}

fn main() {}
