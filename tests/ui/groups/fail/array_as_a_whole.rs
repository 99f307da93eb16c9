use dash_devices::prelude::*;

#[components]
struct Panel {
    speed: Slider,
}

#[components]
struct Ui {
    panels: [Panel; 4],
}

#[callback_shared]
fn drive(#[input(Panel::speed.value)] speed: f64) {
    println!("{speed}");
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![drive for Ui::panels];

    fn layout(self) -> Element {
        let panels: Vec<_> = self.panels.into_iter().map(|panel| panel.speed).collect();
        page("Robot", row(panels))
    }
}

fn main() {}
