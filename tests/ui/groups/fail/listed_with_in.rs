use dash_devices::prelude::*;

#[components]
struct Panel {
    speed: Slider,
}

#[components]
struct Ui {
    left: Panel,
}

#[callback_shared]
fn drive(#[input(Panel::speed.value)] speed: f64) {
    println!("{speed}");
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![drive in Ui::left];

    fn layout(self) -> Element {
        page("Robot", self.left.speed)
    }
}

fn main() {}
