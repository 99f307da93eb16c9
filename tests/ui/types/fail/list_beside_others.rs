use dash_devices::prelude::*;

#[components]
struct Ui {
    lamps: [Switch; 8],
    readout: Text,
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        let lamps: Vec<Switch> = self.lamps.into_iter().collect();
        page("Lamps", (lamps, self.readout))
    }
}

fn main() {}
