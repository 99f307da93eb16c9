use dash_devices::prelude::*;

#[components]
struct Ui {
    drive: Control,
    mine: Button,
}

#[callback(on = Ui::mine.click, output = Ui::drive.holder)]
fn mine() -> String {
    "me".to_owned()
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![mine];

    fn layout(self) -> Element {
        page("Test", (self.drive, self.mine))
    }
}

fn main() {}
