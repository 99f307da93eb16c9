use dash_devices::prelude::*;

#[components]
struct Ui {
    one: Trend,
    two: Trend,
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];
    const BINDINGS: Bindings<Self> = bindings![bind(Ui::one.points, Ui::two.points)];

    fn layout(self) -> Element {
        page("Test", (self.one, self.two))
    }
}

fn main() {}
