//! What the record says of long runs, and of what callbacks and the program change (found by first users).

use std::{collections::BTreeMap, time::Duration};

use dash_macros::{callback_shared, callbacks, changes, components};
use serde_json::json;

use super::{
    parts::{Button, Dial, Label, place},
    sim::Sim,
};
use crate::{
    callback::{
        Callbacks,
        task::{Cancellation, ProgressSink},
    },
    dashboard::Dashboard,
    element::Element,
    engine::{kept::KeptValue, requests::Asking},
    protocol::limits::Limits,
    rights::User,
};

#[derive(Debug, Clone, Copy, PartialEq, dash_macros::Role)]
pub enum Staff {
    Operator,
}

#[components(role = Staff)]
struct Reactor {
    recipe: Button,
    stop: Button,
    step: Label,
    #[keep]
    setpoint: Dial,
    ramp: Dial,
    done: Label,
    bar: Label,
}

#[callback_shared(on = Reactor::recipe.click, cancel = Reactor::stop.click, output = (Reactor::step.text, Reactor::ramp.value))]
async fn recipe(task: Cancellation) -> (&'static str, f64) {
    // It goes on when it is cancelled, so that its end has a result.
    if task.is_cancelled() { ("stopped", 0.0) } else { ("done", 40.0) }
}

/// It is long, because it shows its progress.
#[callback_shared(on = Reactor::setpoint.value, output = Reactor::done.text)]
fn heat(#[progress(Reactor::bar.text)] _step: ProgressSink<String>) -> &'static str {
    "hot"
}

impl Dashboard for Reactor {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![recipe, heat];

    fn layout(self) -> Element {
        place((self.recipe, self.stop, self.step, self.setpoint, self.ramp, self.done, self.bar))
    }
}

type Disk = BTreeMap<Vec<u8>, String>;

/// The store writes what was put.
fn write(sim: &mut Sim, disk: &mut Disk) {
    for change in sim.engine.take_kept() {
        match change.value {
            Some(value) => _ = disk.insert(change.key, value.json().to_owned()),
            None => _ = disk.remove(&change.key),
        }
    }
}

/// The `run`-th run of the program, with what it says at its start.
fn started(disk: &Disk, run: u32) -> (Sim, Vec<String>) {
    let mut sim = Sim::unstarted::<Reactor>((), Limits::default());
    sim.engine.configure(None, format!("run{run}"), Limits::default());
    sim.engine.began_at(Duration::from_secs(1_795_600_000 + u64::from(run) * 1_000));
    sim.engine.keep_record();
    let kept =
        disk.iter().map(|(key, json)| KeptValue { key: key.clone(), json: json.clone(), age: Some(Duration::ZERO) });
    let told = sim.engine.restore(kept.collect());
    sim.engine.keep();
    sim.begin();
    sim.rest();
    (sim, told)
}

fn ada() -> User {
    User::new("ada", Staff::Operator)
}

/// The records: who, what, outcome and reason.
fn records(sim: &mut Sim) -> Vec<(String, String, &'static str, String)> {
    let all = sim.engine.take_records().into_iter();
    all.map(|one| (one.user, one.prop, one.outcome.name(), one.why.unwrap_or_default())).collect()
}

fn is(user: &str, prop: &str, outcome: &'static str, why: &str) -> (String, String, &'static str, String) {
    (user.to_owned(), prop.to_owned(), outcome, why.to_owned())
}

#[test]
fn fault_a_recipe_that_a_kill_had_cut_off_left_no_trace() {
    let mut disk = Disk::new();
    let (mut sim, told) = started(&disk, 1);
    assert_eq!(told, Vec::<String>::new());
    let page = sim.join_as(ada());
    sim.rest();
    sim.click(page, Reactor::recipe.click);
    assert_eq!(sim.running(), ["recipe"]);
    write(&mut sim, &mut disk);
    // The process is killed here.
    let (mut next, told) = started(&disk, 2);
    let why = "`recipe`, started by ada at 2026-11-25T10:03:20Z, was under way when the program ended: nobody knows what the device has done";
    assert_eq!(told, [why]);
    assert_eq!(records(&mut next), [is("ada", "recipe.click", "unknown", why)]);
    // It is told once.
    write(&mut next, &mut disk);
    let (mut third, told) = started(&disk, 3);
    assert_eq!((told, records(&mut third)), (Vec::new(), Vec::new()));
}

#[test]
fn fault_a_run_of_a_program_that_a_kill_had_cut_off_was_recorded_as_of_nobody_and_at_the_restart() {
    let mut disk = Disk::new();
    let (mut sim, _) = started(&disk, 1);
    sim.pass(7_000);
    let robot = User::new("robot", Staff::Operator);
    let asking = Asking { user: Some(&robot), ..Asking::default() };
    sim.ask_all(asking, &[("recipe.click", json!(null))]).unwrap();
    assert_eq!(sim.running(), ["recipe"]);
    write(&mut sim, &mut disk);
    // The process is killed here.
    let (mut next, told) = started(&disk, 2);
    assert!(told[0].starts_with("`recipe`, started by robot at 2026-11-25T10:03:27Z, was under way"), "{told:?}");
    let record = next.engine.take_records().remove(0);
    assert_eq!((&*record.user, &*record.prop), ("robot", "recipe.click"));
    // The record has the time at which it was started, like each other one.
    assert_eq!(record.began, Some(Duration::from_secs(1_795_601_007)));
}

#[test]
fn a_run_that_has_ended_or_is_short_leaves_nothing() {
    let mut disk = Disk::new();
    let (mut sim, _) = started(&disk, 1);
    let page = sim.join_as(ada());
    sim.rest();
    sim.click(page, Reactor::recipe.click);
    write(&mut sim, &mut disk);
    assert!(disk.keys().any(|key| key.starts_with(b"run under way ")));
    sim.rest();
    write(&mut sim, &mut disk);
    assert_eq!(disk.keys().filter(|key| key.starts_with(b"run under way ")).count(), 0);
}

#[test]
fn fault_a_cancelled_run_was_recorded_as_merged_and_nobody_knew_who_had_cancelled_it() {
    let (mut sim, _) = started(&Disk::new(), 1);
    let (ada, bob) = (sim.join_as(ada()), sim.join_as(User::new("bob", Staff::Operator)));
    sim.rest();
    for who in [ada, bob] {
        sim.click(ada, Reactor::recipe.click);
        sim.click(who, Reactor::stop.click);
        sim.rest();
    }
    let of_ada = |record: &&(String, String, &str, String)| record.1 == "recipe.click";
    let all = records(&mut sim);
    let all: Vec<_> = all.iter().filter(of_ada).cloned().collect();
    assert_eq!(
        all,
        [
            is("ada", "recipe.click", "cancelled", "`recipe` was cancelled by ada"),
            is("ada", "recipe.click", "cancelled", "`recipe` was cancelled by bob"),
        ]
    );
}

#[test]
fn fault_set_points_that_callbacks_and_the_program_changed_were_not_in_the_record() {
    let (mut sim, _) = started(&Disk::new(), 1);
    let page = sim.join_as(ada());
    sim.rest();
    sim.click(page, Reactor::recipe.click);
    sim.rest();
    assert_eq!(
        records(&mut sim),
        [is("program: recipe", "ramp.value", "applied", ""), is("ada", "recipe.click", "applied", "")],
        "and not what only the program writes"
    );
    sim.push(changes![Reactor::setpoint.value = 37.0, Reactor::step.text = "by hand"]).unwrap();
    sim.rest();
    assert_eq!(records(&mut sim), [is("program", "setpoint.value", "applied", "")]);
    // A loop that changes it all the time adds one record in ten seconds, with the first and the last value.
    for value in [38.0, 39.0, 40.0, 37.0] {
        sim.push(changes![Reactor::setpoint.value = value]).unwrap();
        sim.rest();
    }
    assert_eq!(records(&mut sim), []);
    sim.pass(10_000);
    let gathered = sim.engine.take_records();
    let facts: Vec<_> = gathered.iter().map(|one| (one.times, one.old.as_deref(), one.new.as_deref())).collect();
    assert_eq!(facts, [(4, Some("37.0"), Some("37.0"))]);
    // The same value changes nothing.
    sim.push(changes![Reactor::setpoint.value = 37.0]).unwrap();
    sim.rest();
    assert_eq!(records(&mut sim), []);
}
