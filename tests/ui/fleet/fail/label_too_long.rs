use dash_devices::prelude::*;

#[components]
struct Ui {
    #[fleet(label = "The distance from the front bumper to the next wall")]
    front: Gauge,
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        page("Test", self.front)
    }
}

fn main() {}
