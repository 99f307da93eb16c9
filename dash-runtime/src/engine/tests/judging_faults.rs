//! Faults that checks had: a value took effect that no check had seen as it was, or the wrong values were checked.

use std::time::Duration;

use dash_macros::{Role, callback_shared, callbacks, components};
use serde_json::{Value as Json, json};

use super::{
    parts::{Button, Dial, Halt, Label, place},
    sim::{At, Sim},
};
use crate::{
    callback::Callbacks,
    dashboard::Dashboard,
    element::Element,
    engine::{
        batch::{NotTaken, Wanted},
        judging::{CheckJob, Judged},
        requests::Asking,
    },
    protocol::client::{Command, Refusal},
    rights::User,
    stops::Stops,
};

#[derive(Debug, Clone, Copy, PartialEq, Role)]
pub enum Crew {
    Guest,
    Driver,
}

#[components(role = Crew, needs = Crew::Driver)]
pub struct Table {
    pub stop: Halt,
    #[under(stop)]
    pub x: Dial,
    pub y: Dial,
    pub home: Button,
    pub at: Label,
}

/// The places of the stage.
#[derive(Debug, Default)]
pub struct Stage(Vec<(f64, f64)>);

fn inside(x: f64, y: f64) -> Result<(), String> {
    if x.hypot(y) > 10.0 { Err(format!("({x}, {y}) is outside")) } else { Ok(()) }
}

#[callback_shared(output = Table::at.text, check = inside)]
fn drive(stage: &mut Stage, #[input(Table::x.value)] x: f64, #[input(Table::y.value)] y: f64) -> String {
    stage.0.push((x, y));
    format!("{x} {y}")
}

/// Writes what people set too, so their values wait for their turn.
#[callback_shared(on = Table::home.click, output = Table::x.value)]
fn home(stage: &mut Stage) -> f64 {
    let _ = stage;
    0.0
}

impl Dashboard for Table {
    type Device = Stage;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![drive, home];

    fn stops(_: &Stage) -> Stops<Self> {
        Stops::new().on(Self::stop, || ())
    }

    fn layout(self) -> Element {
        place((self.stop, self.x, self.y, self.home, self.at))
    }
}

fn table() -> (Sim, At) {
    let mut sim = Sim::new::<Table>(Stage::default());
    let at = sim.join_as(User::new("ada", Crew::Driver));
    (sim, at)
}

/// Whether the stage was always inside.
fn stayed_inside(sim: &Sim) -> bool {
    sim.device::<Stage>().0.iter().all(|(x, y)| inside(*x, *y).is_ok())
}

#[test]
fn fault_values_that_wait_for_their_turn_are_outside_together() {
    let (mut sim, at) = table();
    sim.click(at, Table::home.click);
    assert_eq!(sim.running(), ["home"]);
    sim.send(at, Table::x.value, 8.0);
    let second = sim.send(at, Table::y.value, 8.0);
    sim.finish_all();
    sim.poll(at);
    assert!(stayed_inside(&sim), "{:?}", sim.device::<Stage>().0);
    let why = sim.pages[at].reason(second).unwrap();
    assert!(why.contains("another value waits"), "{why}");
    let second = sim.send(at, Table::y.value, 6.0);
    sim.finish_all();
    sim.poll(at);
    assert_eq!(sim.pages[at].reason(second), None);
}

#[test]
fn fault_what_a_batch_drops_was_checked_with_the_rest() {
    let (mut sim, at) = table();
    sim.send(at, Table::x.value, 8.0);
    sim.finish_all();
    let texts = [("stop.press", json!(null)), ("x.value", json!(1.0)), ("y.value", json!(9.0))]
        .map(|(name, value): (&str, Json)| (name, value.to_string()));
    let wanted: Vec<Wanted<'_>> = texts.iter().map(|(name, value)| Wanted { name, value }).collect();
    let numbers: Vec<(u64, &str)> =
        wanted.iter().map(|one| (sim.engine.find_for(None, one.name).unwrap().wire(), one.value)).collect();
    let verdicts = sim.engine.checks_of(None, u8::MAX, numbers.into_iter()).into_iter().map(CheckJob::run).collect();
    let judged = Judged { verdicts, last: true, ..Judged::default() };
    let asked =
        sim.with(|engine, now, fx| engine.judged(judged, |engine| engine.batch(now, &Asking::default(), &wanted, fx)));
    assert!(!matches!(asked, Err(NotTaken::Whole(_))), "{asked:?}");
    sim.finish_stops();
    sim.finish_all();
    assert!(stayed_inside(&sim), "{:?}", sim.device::<Stage>().0);
}

#[test]
fn fault_a_check_runs_for_who_may_not_set_the_value_and_for_values_that_are_none() {
    let (sim, _) = table();
    let prop = sim.no(Table::x.value) as u64;
    let jobs = |level: u8, value: &str| {
        let command = Command { number: 1, prop, value, age: Duration::ZERO, at: None };
        sim.engine.checks_of(None, level, std::iter::once((command.prop, command.value))).len()
    };
    assert_eq!((jobs(1, "5"), jobs(0, "5")), (1, 0), "a guest");
    assert_eq!((jobs(1, "1e9"), jobs(1, "\"far\"")), (0, 0), "not a value of the dial");
}

#[test]
fn fault_the_time_of_the_check_is_no_part_of_the_age() {
    let (mut sim, at) = table();
    let prop = sim.no(Table::x.value);
    sim.pass(5000);
    // A program's request is read, and its check takes a while.
    let value = "5".to_owned();
    let command = Command { number: 0, prop: prop as u64, value: &value, age: Duration::ZERO, at: None };
    let jobs = sim.engine.checks_of(None, u8::MAX, std::iter::once((command.prop, command.value)));
    let verdicts = jobs.into_iter().map(CheckJob::run).collect();
    sim.click(at, Table::stop.press);
    sim.finish_stops();
    sim.pass(500);
    sim.click(at, Table::stop.reset);
    sim.pass(100);
    let judged = Judged { verdicts, took: Duration::from_millis(600), last: true };
    let asked = sim
        .with(|engine, now, fx| engine.judged(judged, |engine| engine.request(now, &Asking::default(), &command, fx)));
    assert!(matches!(asked, Err(Refusal::Gated { .. })), "{asked:?}");
    sim.finish_all();
    assert_eq!(sim.device::<Stage>().0, [(0.0, 0.0)]);
}
