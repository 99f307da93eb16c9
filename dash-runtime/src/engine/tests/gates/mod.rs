//! Gates: who is in control, what is stopped, and what is armed. One test per sentence of the design's section 11.2, and
//! random interleavings.

mod alarm_events;
mod alarms;
mod batches;
mod control;
mod faults;
mod interlock;
mod mutated;
mod random;
mod restart;
mod stop;
mod tricks;

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use dash_macros::{Role, callback_shared, callbacks, changes, components};
use proptest::prelude::*;
use serde_json::json;

use super::{
    parts::{Button, Dial, Grip, Halt, Interlock, Label, Lease, Rule, place},
    sim::{At, Sim},
};
use crate::{
    callback::{Callbacks, task::Cancellation},
    dashboard::Dashboard,
    element::Element,
    engine::{
        batch::NotTaken,
        plan::Plan,
        requests::{Asking, RequestNo},
    },
    gates::{ArmedState, Condition, StopState},
    handle::Whom,
    protocol::limits::Limits,
    rights::User,
    stops::Stops,
};

#[derive(Debug, Clone, Copy, PartialEq, Role)]
pub enum Crew {
    Guest,
    Driver,
    Chief,
}

#[components(role = Crew, needs = Crew::Driver)]
pub struct Rover {
    #[takes(Crew::Chief)]
    pub drive: Lease,
    pub stop: Halt,
    #[under(stop)]
    pub armed: Interlock,
    #[under(drive, armed, stop)]
    pub stick: Grip,
    #[under(drive, stop)]
    pub speed: Dial,
    #[under(stop)]
    pub go: Button,
    /// Its callback is under the control.
    pub honk: Button,
    pub abort: Button,
    pub honked: Label,
    pub moved: Label,
    pub gone: Label,
    pub light: Dial,
    /// What the conditions are made of.
    pub charge: Dial,
}

/// The device: what the motors did, and how often the stop function has run.
#[derive(Debug, Default)]
pub struct Motors {
    moves: Vec<f64>,
    halts: Arc<AtomicU32>,
    jammed: bool,
}

#[callback_shared(output = Rover::moved.text)]
fn steer(motors: &mut Motors, #[input(Rover::stick.value)] stick: f64) -> String {
    motors.moves.push(stick);
    stick.to_string()
}

#[callback_shared]
fn limit(motors: &mut Motors, #[input(Rover::speed.value)] speed: f64) {
    motors.moves.push(1000.0 + speed);
}

#[callback_shared(on = Rover::go.click, cancel = Rover::abort.click, output = Rover::gone.text)]
async fn go(cancelled: Cancellation) -> String {
    cancelled.cancelled().await;
    "cancelled".to_owned()
}

#[callback_shared(on = Rover::honk.click, output = Rover::honked.text, under = Rover::drive)]
fn honk() -> String {
    "honk".to_owned()
}

#[callback_shared(output = Rover::armed.conditions)]
fn check(#[input(Rover::charge.value)] charge: f64) -> Vec<Condition> {
    vec![Condition::new("battery above 20 %", charge > 20.0)]
}

impl Dashboard for Rover {
    type Device = Motors;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![steer, limit, go, honk, check];

    fn stops(motors: &Motors) -> Stops<Self> {
        let (halts, jammed) = (Arc::clone(&motors.halts), motors.jammed);
        Stops::new().on(Self::stop, move || {
            halts.fetch_add(1, Ordering::SeqCst);
            if jammed { Err("the brake is jammed") } else { Ok(()) }
        })
    }

    fn layout(self) -> Element {
        place((
            place((self.drive, self.stop, self.armed, self.stick, self.speed, self.go, self.honk, self.abort)),
            place((self.honked, self.moved, self.gone, self.light, self.charge.value(80.0))),
        ))
    }
}

fn driver(name: &str) -> User {
    User::new(name, Crew::Driver)
}

fn rover() -> Sim {
    Sim::new::<Rover>(Motors::default())
}

/// A rover with two drivers.
fn two() -> (Sim, At, At) {
    let mut sim = rover();
    let (ada, bob) = (sim.join_as(driver("ada")), sim.join_as(driver("bob")));
    (sim, ada, bob)
}

/// An armed rover, with a driver in control.
fn driving() -> (Sim, At, At) {
    let (mut sim, ada, bob) = two();
    sim.click(ada, Rover::drive.ask);
    sim.click(ada, Rover::armed.arm);
    sim.rest();
    (sim, ada, bob)
}

/// Why it was refused.
fn refusal(sim: &mut Sim, at: At, number: u64) -> Option<String> {
    sim.finish_all();
    sim.poll(at);
    sim.pages[at].reason(number).map(str::to_owned)
}

/// Whether the server takes it.
fn takes(sim: &mut Sim, at: At, number: u64) -> bool {
    refusal(sim, at, number).is_none()
}

fn holder(sim: &Sim) -> String {
    sim.engine.slot(sim.prop_no(Rover::drive.holder)).value().unwrap().get::<String>().unwrap().clone()
}

fn stop_state(sim: &Sim) -> StopState {
    *sim.engine.slot(sim.prop_no(Rover::stop.state)).value().unwrap().get::<StopState>().unwrap()
}

fn armed_state(sim: &Sim) -> ArmedState {
    *sim.engine.slot(sim.prop_no(Rover::armed.state)).value().unwrap().get::<ArmedState>().unwrap()
}

/// What the device did since the start, which sets everything once.
fn moves(sim: &Sim) -> Vec<f64> {
    sim.device::<Motors>().moves[2..].to_vec()
}

fn halts(sim: &Sim) -> u32 {
    sim.device::<Motors>().halts.load(Ordering::SeqCst)
}

fn at(address: u8) -> Asking<'static> {
    Asking { address: Some([127, 0, 0, address].into()), ..Asking::default() }
}

fn outcome(sim: &Sim, request: RequestNo) -> String {
    format!("{:?}", sim.answered.get(&request))
}

fn stick(sim: &Sim) -> f64 {
    *sim.engine.slot(sim.prop_no(Rover::stick.value)).value().unwrap().get::<f64>().unwrap()
}
