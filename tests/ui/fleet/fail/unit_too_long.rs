use dash_devices::prelude::*;

#[components]
struct Ui {
    #[fleet(unit = "litres per minute")]
    flow: Gauge,
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        page("Test", self.flow)
    }
}

fn main() {}
