use dash_devices::{Component, component::prelude::*, prelude::*};

#[components]
struct Ui {
    dial: Dial,
}

#[derive(Component)]
#[component(tag = "my-dial")]
struct Dial(ComponentId, f64);

impl dash_devices::look::View for Dial {
    fn view(p: DialBound, look: &mut dash_devices::look::Look) {
        look.tag("b").text(p.angle.number(1));
    }
}

#[callback_shared(every = "1s", output = Ui::dial.angle)]
fn turn(#[state(Ui::dial.angle)] angle: f64) -> f64 {
    angle
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![turn];

    fn layout(self) -> Element {
        page("Test", self.dial)
    }
}

fn main() {}
