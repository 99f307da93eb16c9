//! A loop of the program that stands still stops what people hold, in virtual time.

use std::time::Duration;

use dash_macros::{callback_shared, callbacks, components};

use super::{
    bench::{Did, Rig},
    parts::{Grip, Knob, place},
    sim::{At, Sim},
};
use crate::{callback::Callbacks, dashboard::Dashboard, element::Element};

#[components]
pub struct Rover {
    pub drive: Grip,
    pub speed: Knob,
}

#[callback_shared]
fn drive(rig: &mut Rig, #[input(Rover::drive.value)] speed: f64) {
    rig.did.push(Did::Move(speed));
}

impl Dashboard for Rover {
    type Device = Rig;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![drive];

    fn layout(self) -> Element {
        place((self.drive, self.speed))
    }
}

const WITHIN: u64 = 200;

fn watched() -> (Sim, At, u64) {
    let mut sim = Sim::new::<Rover>(Rig::default());
    let at = sim.join();
    let number = sim.with(|engine, now, _| engine.watch_loop(now, "motors".to_owned(), Duration::from_millis(WITHIN)));
    (sim, at, number)
}

/// Time passes. The page echoes each beat at once, and, if `fed`, the loop runs every 20 ms.
fn run_for(sim: &mut Sim, at: At, number: u64, millis: u64, fed: bool) {
    for _ in 0..millis / 20 {
        sim.pass(20);
        if fed {
            sim.with(|engine, now, fx| engine.feed_loop(now, number, fx));
        }
        while sim.poll(at) {}
        let texts = std::mem::take(&mut sim.pages[at].texts);
        if let Some(beat) =
            texts.rsplit_once("\"b\":[").and_then(|(_, rest)| rest.split_once(']')?.0.parse::<u64>().ok())
        {
            let prop = sim.no(Rover::drive.value);
            sim.deliver(at, &format!(r#"{{"t":"held","beat":{beat},"held":[{prop}]}}"#));
        }
        sim.finish_all();
    }
}

fn last(sim: &Sim) -> f64 {
    sim.device::<Rig>().moves().last().copied().unwrap_or_default()
}

fn refused(sim: &mut Sim, at: At, number: u64) -> String {
    while sim.poll(at) {}
    format!("{:?}", sim.pages[at].told[&number])
}

#[test]
fn what_people_hold_stops_when_the_programs_own_loop_stalls() {
    let (mut sim, at, number) = watched();
    sim.send(at, Rover::drive.value, 40.0);
    run_for(&mut sim, at, number, 2_000, true);
    assert_eq!(last(&sim), 40.0, "it runs while the loop and the page answer");
    // The page still answers each beat.
    run_for(&mut sim, at, number, WITHIN - 20, false);
    assert_eq!(last(&sim), 40.0);
    run_for(&mut sim, at, number, 40, false);
    assert_eq!(last(&sim), 0.0);
    assert_eq!(*sim.engine.slot(sim.prop_no(Rover::drive.value)).value().unwrap().get::<f64>().unwrap(), 0.0);
}

#[test]
fn nobody_holds_a_control_while_the_loop_stands_still_and_everybody_may_after_it_runs_again() {
    let (mut sim, at, number) = watched();
    run_for(&mut sim, at, number, WITHIN, false);
    let command = sim.send(at, Rover::drive.value, 40.0);
    let why = refused(&mut sim, at, command);
    assert!(why.contains("the loop `motors` of the program does not answer"), "{why}");
    // What is not held, and letting go, are not affected.
    sim.send(at, Rover::speed.value, 3.0);
    sim.send(at, Rover::drive.value, 0.0);
    sim.finish_all();
    assert_eq!(*sim.engine.slot(sim.prop_no(Rover::speed.value)).value().unwrap().get::<f64>().unwrap(), 3.0);
    assert_eq!(sim.engine.next_timeout(), None, "a loop that is known to stand still is not asked again");
    sim.with(|engine, now, fx| engine.feed_loop(now, number, fx));
    sim.send(at, Rover::drive.value, 40.0);
    run_for(&mut sim, at, number, 1_000, true);
    assert_eq!(last(&sim), 40.0);
}

#[test]
fn a_stall_that_ends_before_anything_has_noticed_it_stops_all_the_same() {
    let (mut sim, at, number) = watched();
    sim.send(at, Rover::drive.value, 40.0);
    sim.finish_all();
    // The whole process stood still, so no timer has run.
    sim.now += Duration::from_millis(WITHIN + 1);
    sim.with(|engine, now, fx| engine.feed_loop(now, number, fx));
    sim.finish_all();
    assert_eq!(last(&sim), 0.0);
    let command = sim.send(at, Rover::drive.value, 40.0);
    let why = refused(&mut sim, at, command);
    assert!(why.contains("released"), "the person must let go first: {why}");
}

#[test]
fn the_slowest_of_several_loops_counts_and_one_that_has_ended_does_not() {
    let (mut sim, at, fast) = watched();
    let slow = sim.with(|engine, now, _| engine.watch_loop(now, "camera".to_owned(), Duration::from_millis(WITHIN)));
    sim.send(at, Rover::drive.value, 40.0);
    run_for(&mut sim, at, fast, WITHIN - 20, true);
    sim.with(|engine, _, _| engine.end_loop(slow));
    run_for(&mut sim, at, fast, 1_000, true);
    assert_eq!(last(&sim), 40.0);
    let late = sim.with(|engine, now, _| engine.watch_loop(now, "late".to_owned(), Duration::from_millis(WITHIN)));
    run_for(&mut sim, at, fast, 2 * WITHIN, true);
    assert_eq!(last(&sim), 0.0, "{late} was never fed");
}
