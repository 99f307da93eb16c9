use dash_devices::prelude::*;

#[components]
struct Other {
    speed: Slider,
}

#[components]
struct Ui {
    level: Slider,
}

#[callback_shared]
fn follow(handle: Handle<Other>, #[input(Ui::level.value)] level: f64) {
    let _ = handle.push(changes![Other::speed.value = level]);
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![follow];

    fn layout(self) -> Element {
        page("Level", self.level)
    }
}

fn main() {}
