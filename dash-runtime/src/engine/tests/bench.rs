//! The dashboard that most tests use: two islands, a diamond, and private callbacks with and without the device.

use dash_macros::{callback, callback_shared, callbacks, components};

use super::parts::{Button, Dial, Field, Label, Log, place};
use crate::{callback::Callbacks, dashboard::Dashboard, element::Element};

/// The actions of the device, in their order.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Did {
    Move(f64),
    /// With the positions at the time of the click.
    Go(f64, f64),
    Look(f64),
}

#[derive(Debug, Default)]
pub struct Rig {
    pub did: Vec<Did>,
}

impl Rig {
    pub fn moves(&self) -> Vec<f64> {
        self.did.iter().filter_map(|did| if let Did::Move(to) = did { Some(*to) } else { None }).collect()
    }

    pub fn gos(&self) -> Vec<(f64, f64)> {
        self.did.iter().filter_map(|did| if let Did::Go(x, y) = did { Some((*x, *y)) } else { None }).collect()
    }
}

#[derive(Debug, Default)]
pub struct Asks(pub u32);

#[components]
pub struct Bench {
    pub x: Dial,
    pub y: Dial,
    pub go: Button,
    pub pos: Label,
    pub left: Label,
    pub right: Label,
    pub sum: Label,
    pub count: Label,
    pub trace: Log,
    pub z: Dial,
    pub zz: Label,
    pub name: Field,
    pub hello: Label,
    pub ask: Button,
    pub answer: Label,
    pub look: Button,
    pub view: Label,
}

/// On the device's island. Waiting positions merge to the newest.
#[callback_shared(output = Bench::pos.text)]
pub fn drive(rig: &mut Rig, #[input(Bench::x.value)] x: f64) -> String {
    rig.did.push(Did::Move(x));
    x.to_string()
}

#[callback_shared(output = Bench::left.text)]
pub fn left(#[input(Bench::pos.text)] pos: &str) -> String {
    format!("l{pos}")
}

#[callback_shared(output = Bench::right.text)]
pub async fn right(#[input(Bench::pos.text)] pos: String) -> String {
    format!("r{pos}")
}

/// Both inputs must come from the same position. Anything else is a glitch.
#[callback_shared(output = Bench::sum.text)]
pub fn sum(#[input(Bench::left.text)] left: &str, #[input(Bench::right.text)] right: &str) -> String {
    if left[1..] == right[1..] { left[1..].to_owned() } else { format!("torn: {left} {right}") }
}

/// On the device's island. Each click runs, with the positions at the time of the click.
#[callback_shared(on = Bench::go.click, output = (Bench::count.text, Bench::trace.items))]
pub fn go(rig: &mut Rig, #[state(Bench::x.value)] x: f64, #[state(Bench::y.value)] y: f64) -> (String, u32) {
    rig.did.push(Did::Go(x, y));
    let count = rig.gos().len();
    (count.to_string(), count as u32)
}

/// An island of its own.
#[callback_shared(output = Bench::zz.text)]
pub fn double(#[input(Bench::z.value)] z: f64) -> String {
    (2.0 * z).to_string()
}

/// Private. Reads a shared property and a private one.
#[callback(output = Bench::hello.text)]
pub fn greet(#[input(Bench::name.value)] name: &str, #[input(Bench::sum.text)] sum: &str) -> String {
    format!("{name}@{sum}")
}

/// Private, started by an event, with session data.
#[callback(on = Bench::ask.click, output = Bench::answer.text)]
pub fn answer(#[session] asks: &mut Asks, #[state(Bench::name.value)] name: &str) -> String {
    asks.0 += 1;
    format!("{name}#{}", asks.0)
}

/// Private, with the device. Reads a property of another island.
#[callback(on = Bench::look.click, output = Bench::view.text)]
pub fn look(rig: &mut Rig, #[state(Bench::z.value)] z: f64, #[state(Bench::x.value)] x: f64) -> String {
    rig.did.push(Did::Look(z));
    format!("{z} {x}")
}

impl Dashboard for Bench {
    type Device = Rig;
    type Session = Asks;
    const CALLBACKS: Callbacks<Self> = callbacks![drive, left, right, sum, go, double, greet, answer, look];

    fn layout(self) -> Element {
        place((
            place((self.x, self.y, self.go, self.pos, self.left, self.right, self.sum, self.count, self.trace)),
            place((self.z, self.zz, self.name, self.hello, self.ask, self.answer, self.look, self.view)),
        ))
    }
}
