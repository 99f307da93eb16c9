//! A group without names for its components, in a page that has it once and in a list.

use dash_devices::prelude::*;

#[components]
struct Room(Switch);

impl Room {
    fn view(self) -> Element {
        row((self.0, "on"))
    }
}

#[components]
struct Ui {
    go: Button,
    hall: Room,
    others: Many<u32, Room>,
}

#[callback_shared(on = Ui::go.click, output = Ui::hall.lamp.on)]
fn switch(#[state(Ui::others[..].lamp.on)] others: &Rows<u32, bool>) -> bool {
    others.iter().any(|(_, on)| *on)
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![switch];

    fn layout(self) -> Element {
        page("House", (self.go, self.hall.view(), self.others.each(|_, room| room.view())))
    }
}

fn main() {}
