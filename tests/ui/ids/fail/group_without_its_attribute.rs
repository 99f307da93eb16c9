use dash_devices::prelude::*;

struct Panel {
    speed: Slider,
    readout: Text,
}

#[components]
struct Ui {
    go: Button,
    left: Panel,
}

#[callback_shared(on = Ui::go.click, output = Ui::left.readout.text)]
fn show(#[state(Ui::left.speed.value)] percent: f64) -> String {
    percent.to_string()
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![show];

    fn layout(self) -> Element {
        page("Test", (self.go, self.left.speed, self.left.readout))
    }
}

fn main() {}
