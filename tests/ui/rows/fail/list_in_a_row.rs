use dash_devices::prelude::*;

#[components]
struct Room {
    lamps: Many<u32, Switch>,
}

#[components]
struct Ui {
    rooms: Many<u32, Room>,
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        page("Test", self.rooms.each(|_, room| page("Room", room.lamps.each(|_, lamp| lamp))))
    }
}

fn main() {}
