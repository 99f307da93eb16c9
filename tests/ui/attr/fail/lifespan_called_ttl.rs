use dash_devices::prelude::*;

#[components]
struct Ui {
    shoot: Button,
}

#[callback_shared(on = Ui::shoot.click, ttl = "30s")]
async fn shoot() {}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![shoot];

    fn layout(self) -> Element {
        page("Test", self.shoot)
    }
}

fn main() {}
