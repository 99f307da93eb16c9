//! Gates that are under each other: two, and three.

use dash_devices::prelude::*;

#[components]
struct Ui {
    #[under(guard)]
    laser: Armed,
    #[under(laser)]
    guard: Armed,
    #[under(laser)]
    power: Slider,
}

#[components]
struct Hall {
    #[under(door)]
    crane: Armed,
    #[under(lift)]
    door: Armed,
    #[under(crane)]
    lift: Armed,
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        page("Laser", (self.laser, self.guard, self.power))
    }
}

fn main() {}
