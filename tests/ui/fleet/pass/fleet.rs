//! All forms, on a component, an array, and in a group.

use dash_devices::{App, prelude::*};

#[derive(Role)]
enum Role {
    Guest,
    Operator,
}

#[components(role = Role)]
struct Wheel {
    #[fleet(label = "Wheel", unit = "°C")]
    heat: Gauge,
    name: Text,
}

#[components(role = Role)]
struct Ui {
    #[fleet]
    speed: Slider,
    #[fleet(current)]
    mode: StateMachine,
    #[fleet(unit = "%")]
    battery: Battery,
    // Who is asked for the lowest role is everybody.
    #[fleet]
    #[sees(Role::Guest)]
    place: Text,
    #[fleet]
    lamps: [Indicator; 2],
    wheel: Wheel,
    #[fleet]
    #[needs(Role::Operator)]
    lights: Switch,
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        let Self { speed, mode, battery, place, lamps, wheel, lights } = self;
        let [left, right] = lamps;
        page("Rover", (speed, mode, battery, place, left, right, wheel.heat, wheel.name, lights))
    }
}

pub fn main() {
    App::new::<Ui>(()).expect("a dashboard");
}
