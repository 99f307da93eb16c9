//! `Alarms`: the states of ISA-18.2, delays and hysteresis in virtual time, values that are not known, restarts, and people
//! who are as fast as the cause.

mod people;
mod starts;

use std::collections::BTreeMap;

use dash_macros::{Role, bindings, callback_shared, callbacks, changes, components};

use super::{
    super::{
        parts::{Alarms, Button, Knob, Lamp, place},
        sim::{At, Sim},
    },
    Duration, Limits, Plan, User, Whom, json,
};
use crate::{
    alarms::{Alarm, AlarmState, Cause, Occurrence, Severity},
    binding::Bindings,
    callback::Callbacks,
    dashboard::Dashboard,
    element::Element,
    engine::kept::KeptValue,
};
use AlarmState::{Acknowledged, Active, Cleared, Latched};

#[derive(Debug, Clone, Copy, PartialEq, Role)]
pub enum Crew {
    Guest,
    Operator,
}

#[components(role = Crew)]
pub struct Boiler {
    #[keep]
    #[needs(Crew::Operator)]
    pub alarms: Alarms,
    /// A measured value: only the program sets it.
    pub pressure: Lamp,
    pub door: Lamp,
    pub speed: Knob,
    pub limit: Knob,
    pub sense: Button,
}

/// What the callback finds, or why it fails.
type Found = Result<Vec<Cause>, String>;

#[callback_shared(on = Boiler::sense.click, output = Boiler::alarms.causes)]
fn sense(found: &mut Found) -> Result<Vec<Cause>, String> {
    found.clone()
}

impl Dashboard for Boiler {
    type Device = Found;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![sense];
    const BINDINGS: Bindings<Self> = bindings![
        alarm(
            Boiler::pressure.level,
            Boiler::alarms,
            "Over-pressure: {:.2} bar",
            above = 0.8,
            hysteresis = 0.05,
            after = "2s"
        ),
        alarm(Boiler::pressure.level, Boiler::alarms, "No pressure", missing, after = "5s", severity = Severity::Low),
        alarm(
            Boiler::speed.value,
            Boiler::alarms,
            "Too fast",
            above = Boiler::limit.value,
            detail = "limit {:.1}",
            latched
        ),
        alarm(Boiler::door.on, Boiler::alarms, "The door is open", equals = true, severity = Severity::Medium),
    ];

    fn layout(self) -> Element {
        place((self.alarms, self.pressure, self.door, self.speed, self.limit.value(100.0), self.sense))
    }
}

const PRESSURE: &str = "pressure.level: Over-pressure: … bar";
const MISSING: &str = "pressure.level: No pressure";
const SPEED: &str = "speed.value: Too fast";
const DOOR: &str = "door.on: The door is open";

fn operator(name: &str) -> User {
    User::new(name, Crew::Operator)
}

/// A boiler that has measured its pressure, and an operator.
fn boiler() -> (Sim, At) {
    let mut sim = Sim::new::<Boiler>(Ok(Vec::new()));
    pressure(&mut sim, 0.2);
    let at = sim.join_as(operator("ada"));
    (sim, at)
}

fn pressure(sim: &mut Sim, bar: f64) {
    sim.push::<Boiler>(changes![Boiler::pressure.level = Some(bar)]).unwrap();
}

fn alarms(sim: &Sim) -> Vec<Alarm> {
    sim.engine.slot(sim.prop_no(Boiler::alarms.items)).value().unwrap().get::<Vec<Alarm>>().unwrap().clone()
}

fn states(sim: &Sim) -> BTreeMap<String, AlarmState> {
    alarms(sim).into_iter().map(|alarm| (alarm.id, alarm.state)).collect()
}

fn of<const N: usize>(states: [(&str, AlarmState); N]) -> BTreeMap<String, AlarmState> {
    states.into_iter().map(|(id, state)| (id.to_owned(), state)).collect()
}

fn alarm(sim: &Sim, id: &str) -> Alarm {
    alarms(sim).into_iter().find(|alarm| alarm.id == id).unwrap_or_else(|| panic!("{:?}", states(sim)))
}

#[test]
fn fault_the_id_of_an_alarm_had_the_place_of_a_number() {
    let (mut sim, _) = boiler();
    pressure(&mut sim, 1.0);
    sim.pass(2_000);
    let alarm = alarms(&sim).remove(0);
    assert_eq!((&*alarm.id, &*alarm.text), (PRESSURE, "Over-pressure: 1.00 bar"));
    assert!(!alarm.id.contains('{'), "{}", alarm.id);
}

/// The occurrence that a person sees now.
fn seen(sim: &Sim, id: &str) -> serde_json::Value {
    json!({ "id": id, "number": alarm(sim, id).number })
}

/// Why the command was refused.
fn refusal(sim: &mut Sim, at: At, number: u64) -> Option<String> {
    sim.finish_all();
    sim.poll(at);
    sim.pages[at].reason(number).map(str::to_owned)
}

fn acknowledge(sim: &mut Sim, at: At, id: &str) -> Option<String> {
    let meant = seen(sim, id);
    let number = sim.send(at, Boiler::alarms.acknowledge, meant);
    refusal(sim, at, number)
}

// ---- limits, delay, hysteresis ----

#[test]
fn a_value_that_goes_over_and_back_within_the_delay_raises_nothing() {
    let (mut sim, _) = boiler();
    pressure(&mut sim, 0.9);
    sim.pass(1_999);
    pressure(&mut sim, 0.5);
    sim.pass(10_000);
    assert_eq!(states(&sim), of([]));
    // The next time it needs the whole delay again.
    pressure(&mut sim, 0.9);
    sim.pass(1_999);
    assert_eq!(states(&sim), of([]));
    sim.pass(1);
    assert_eq!(states(&sim), of([(PRESSURE, Active)]));
    let raised = alarm(&sim, PRESSURE);
    assert_eq!((&*raised.text, &*raised.detail), ("Over-pressure: 0.90 bar", "above 0.8"));
    assert_eq!((raised.severity, raised.since, &*raised.source), (Severity::High, 13.999, "pressure.level"));
}

#[test]
fn while_the_delay_runs_the_value_must_be_beyond_the_limit_itself() {
    let (mut sim, _) = boiler();
    pressure(&mut sim, 0.9);
    sim.pass(1_500);
    // Within the hysteresis, but not above the limit.
    pressure(&mut sim, 0.78);
    pressure(&mut sim, 0.9);
    sim.pass(1_500);
    assert_eq!(states(&sim), of([]));
}

#[test]
fn hysteresis_stops_chatter() {
    let (mut sim, at) = boiler();
    pressure(&mut sim, 0.81);
    sim.pass(2_000);
    let first = alarm(&sim, PRESSURE);
    acknowledge(&mut sim, at, PRESSURE);
    for step in 0..100 {
        pressure(&mut sim, if step % 2 == 0 { 0.79 } else { 0.82 });
        sim.pass(100);
    }
    assert_eq!((alarm(&sim, PRESSURE).state, alarm(&sim, PRESSURE).number), (Acknowledged, first.number));
    pressure(&mut sim, 0.7499);
    assert_eq!(states(&sim), of([]), "acknowledged and over, so normal");
}

#[test]
fn the_list_is_written_only_when_an_alarm_changes() {
    let (mut sim, _) = boiler();
    pressure(&mut sim, 0.9);
    sim.pass(2_000);
    let before = sim.engine.slot(sim.prop_no(Boiler::alarms.items)).rev();
    for step in 0..100 {
        pressure(&mut sim, 0.9 + f64::from(step));
    }
    assert_eq!(sim.engine.slot(sim.prop_no(Boiler::alarms.items)).rev(), before);
}

#[test]
fn a_property_may_be_the_limit() {
    let (mut sim, at) = boiler();
    sim.send(at, Boiler::speed.value, 90.0);
    assert_eq!(states(&sim), of([]));
    sim.send(at, Boiler::limit.value, 80.0);
    assert_eq!(states(&sim), of([(SPEED, Active)]));
    assert_eq!(alarm(&sim, SPEED).detail, "limit 80.0");
    sim.send(at, Boiler::limit.value, 95.0);
    assert_eq!(states(&sim), of([(SPEED, Cleared)]));
}

#[test]
fn a_stall_over_the_end_of_the_delay_hides_no_alarm() {
    let (mut sim, _) = boiler();
    pressure(&mut sim, 0.9);
    // The timer is late, and the value that ends the cause is handled before it.
    sim.now += Duration::from_secs(3);
    pressure(&mut sim, 0.2);
    assert_eq!(states(&sim), of([(PRESSURE, Cleared)]));
}

#[test]
fn an_alarm_of_a_value_that_is_equal() {
    let (mut sim, _) = boiler();
    sim.push::<Boiler>(changes![Boiler::door.on = true]).unwrap();
    assert_eq!(states(&sim), of([(DOOR, Active)]));
    assert_eq!(alarm(&sim, DOOR).severity, Severity::Medium);
    sim.push::<Boiler>(changes![Boiler::door.on = false]).unwrap();
    assert_eq!(states(&sim), of([(DOOR, Cleared)]));
}

#[test]
fn the_most_urgent_comes_first_and_what_nobody_has_seen_before_that() {
    let (mut sim, at) = boiler();
    sim.push::<Boiler>(changes![Boiler::door.on = true]).unwrap();
    sim.send(at, Boiler::speed.value, 200.0);
    let order = |sim: &Sim| alarms(sim).into_iter().map(|alarm| alarm.id).collect::<Vec<_>>();
    assert_eq!(order(&sim), [SPEED, DOOR]);
    acknowledge(&mut sim, at, SPEED);
    assert_eq!(order(&sim), [DOOR, SPEED]);
}

// ---- values that are not known ----

#[test]
fn a_value_that_is_not_known_neither_raises_nor_ends_an_alarm() {
    let (mut sim, at) = boiler();
    pressure(&mut sim, 0.9);
    sim.pass(2_000);
    acknowledge(&mut sim, at, PRESSURE);
    for unknown in [Some(f64::NAN), None] {
        sim.push::<Boiler>(changes![Boiler::pressure.level = unknown]).unwrap();
        sim.pass(100);
        assert_eq!(states(&sim)[PRESSURE], Acknowledged, "{unknown:?}");
    }
    pressure(&mut sim, 0.9);
    assert_eq!(states(&sim), of([(PRESSURE, Acknowledged)]), "the same alarm still");
    // What is over the limit before and after a gap was not over it for so long.
    pressure(&mut sim, 0.1);
    pressure(&mut sim, 0.9);
    sim.pass(1_500);
    pressure(&mut sim, f64::NAN);
    pressure(&mut sim, 0.9);
    sim.pass(1_500);
    assert_eq!(states(&sim), of([]));
}

#[test]
fn a_value_that_is_missing_is_an_alarm_of_its_own() {
    let (mut sim, _) = boiler();
    pressure(&mut sim, f64::NAN);
    sim.pass(5_000);
    assert_eq!(states(&sim), of([(MISSING, Active)]));
    pressure(&mut sim, 0.2);
    assert_eq!(states(&sim), of([(MISSING, Cleared)]));
    // It was never measured since the start.
    let mut sim = Sim::new::<Boiler>(Ok(Vec::new()));
    sim.pass(4_999);
    assert_eq!(states(&sim), of([]));
    sim.pass(1);
    assert_eq!(states(&sim), of([(MISSING, Active)]));
}

#[test]
fn causes_of_a_callback_that_fails_stay_as_they_are() {
    let (mut sim, at) = boiler();
    find(&mut sim, at, Ok(vec![Cause::new("fan", "The fan is slow")]));
    assert_eq!(states(&sim), of([("fan", Active)]));
    find(&mut sim, at, Err("no answer".to_owned()));
    assert_eq!(states(&sim), of([("fan", Active)]));
    find(&mut sim, at, Ok(Vec::new()));
    assert_eq!(states(&sim), of([("fan", Cleared)]));
}

// ---- causes ----

/// The callback finds this the next time it runs.
fn find(sim: &mut Sim, at: At, found: Found) {
    *sim.engine.scheduler.parts_mut().find_map(|part| part.downcast_mut::<Found>()).unwrap() = found;
    sim.click(at, Boiler::sense.click);
    sim.finish_all();
}

#[test]
fn a_cause_may_have_other_words_and_become_worse() {
    let (mut sim, at) = boiler();
    let slow = |rpm: u32| Cause::new("fan", format!("{rpm} rpm")).severity(Severity::Low);
    find(&mut sim, at, Ok(vec![slow(900)]));
    acknowledge(&mut sim, at, "fan");
    find(&mut sim, at, Ok(vec![slow(800)]));
    assert_eq!((alarm(&sim, "fan").state, &*alarm(&sim, "fan").text), (Acknowledged, "800 rpm"));
    find(&mut sim, at, Ok(vec![slow(0).severity(Severity::High)]));
    assert_eq!(alarm(&sim, "fan").state, Active, "who has acknowledged the warning has not seen this");
    find(&mut sim, at, Ok(vec![slow(800)]));
    assert_eq!((alarm(&sim, "fan").state, alarm(&sim, "fan").severity), (Active, Severity::Low));
}

#[test]
fn a_cause_with_a_delay_and_two_with_one_id() {
    let (mut sim, at) = boiler();
    let slow = || Cause::new("fan", "slow").after(Duration::from_secs(3));
    find(&mut sim, at, Ok(vec![slow()]));
    sim.pass(2_999);
    assert_eq!(states(&sim), of([]));
    find(&mut sim, at, Ok(vec![slow(), slow()]));
    sim.pass(1);
    assert_eq!(states(&sim), of([("fan", Active)]));
    // A cause with the id of a declared alarm does not end that one.
    sim.push::<Boiler>(changes![Boiler::door.on = true]).unwrap();
    find(&mut sim, at, Ok(vec![Cause::new(DOOR, "also open")]));
    assert_eq!(alarms(&sim).iter().filter(|alarm| alarm.id == DOOR).count(), 1);
    sim.push::<Boiler>(changes![Boiler::door.on = false]).unwrap();
    assert_eq!(states(&sim)[DOOR], Active);
}

#[test]
fn fault_ids_with_a_value_in_them_fill_the_memory() {
    let (mut sim, at) = boiler();
    find(&mut sim, at, Ok(vec![Cause::new("the first", "stays")]));
    for batch in 0..12 {
        let causes = (0..50).map(|at| Cause::new(format!("{batch} {at}"), "x"));
        find(&mut sim, at, Ok(causes.chain([Cause::new("the first", "stays")]).collect()));
    }
    assert_eq!(alarms(&sim).len(), 500);
    assert_eq!(states(&sim)["the first"], Active, "what has its cause is not dropped for what is over");
}
