//! P3 and P4: a command takes effect at most once and in time, and its sender gets the outcome.

use std::time::Duration;

use dash_macros::{callback_shared, callbacks, components};

use super::{
    bench::{Bench, Rig},
    parts::{Button, Dial, Label, place},
    sim::Sim,
};
use crate::{callback::Callbacks, dashboard::Dashboard, element::Element, protocol::limits::Limits};

/// A value that both pages and a callback write.
#[components]
struct Homing {
    x: Dial,
    home: Button,
    pos: Label,
}

#[callback_shared(on = Homing::home.click, output = Homing::x.value)]
fn home(moves: &mut Vec<f64>) -> f64 {
    moves.push(-1.0);
    50.0
}

#[callback_shared(output = Homing::pos.text)]
fn drive(moves: &mut Vec<f64>, #[input(Homing::x.value)] x: f64) -> String {
    moves.push(x);
    x.to_string()
}

impl Dashboard for Homing {
    type Device = Vec<f64>;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![drive, home];

    fn layout(self) -> Element {
        place((self.x, self.home, self.pos))
    }
}

#[test]
fn g08_a_command_that_comes_again_is_not_done_again() {
    let mut sim = Sim::new::<Bench>(Rig::default());
    let page = sim.join();
    sim.rest();
    let first = sim.click(page, Bench::go.click);
    sim.send_again(page, first);
    sim.finish_all();
    sim.send_again(page, first);
    sim.cut(page);
    sim.connect(page);
    sim.send_again(page, first);
    sim.rest();
    assert_eq!(sim.device::<Rig>().gos().len(), 1);
    assert_eq!(sim.engine.counts().repeated, 3);
}

#[test]
fn g08_as_many_runs_as_accepted_clicks() {
    let limits = Limits { queue: 5, ..Limits::default() };
    let mut sim = Sim::with_limits::<Bench>(Rig::default(), limits);
    let page = sim.join();
    sim.rest();
    let clicks: Vec<u64> = (0..20).map(|_| sim.click(page, Bench::go.click)).collect();
    for click in &clicks {
        sim.send_again(page, *click);
    }
    sim.rest();
    let accepted = clicks.iter().filter(|click| sim.pages[page].outcome(**click) == Some(0)).count();
    assert_eq!((accepted, sim.device::<Rig>().gos().len()), (6, 6), "one runs and five wait");
    assert_eq!(sim.pages[page].refusal(clicks[19]), Some("busy"));
}

#[test]
fn g09_a_gap_is_refused_and_not_counted() {
    let mut sim = Sim::new::<Bench>(Rig::default());
    let page = sim.join();
    sim.rest();
    let prop = sim.no(Bench::go.click);
    sim.deliver(page, &format!(r#"{{"n":2,"p":{prop}}}"#));
    let answer = sim.answer()["a"][0].clone();
    assert_eq!((&answer[0], &answer[1], &answer[2]), (&2.into(), &4.into(), &"gap".into()));
    sim.click(page, Bench::go.click);
    sim.click(page, Bench::go.click);
    sim.rest();
    assert_eq!(sim.device::<Rig>().gos().len(), 2);
}

#[test]
fn g10_after_a_cut_every_outcome_is_told_again() {
    let mut sim = Sim::new::<Bench>(Rig::default());
    let page = sim.join();
    sim.rest();
    let refused = sim.send(page, Bench::x.value, 1_000.0);
    let applied = sim.send(page, Bench::y.value, 1.0);
    let working = sim.click(page, Bench::go.click);
    let _ = sim.poll_lost(page);
    sim.cut(page);
    sim.connect(page);
    sim.poll(page);
    let told = &sim.pages[page];
    assert_eq!((told.refusal(refused), told.outcome(applied)), (Some("out_of_range"), Some(0)));
    assert!(told.is_answered(working) && told.outcome(working).is_none(), "the callback is still running");
    sim.rest();
    assert_eq!((sim.pages[page].outcome(applied), sim.pages[page].outcome(working)), (Some(0), Some(0)));
}

#[test]
fn g12_what_is_longer_ago_than_outcomes_are_kept_is_unknown_and_not_done_again() {
    let limits = Limits { outcomes: 2, ..Limits::default() };
    let mut sim = Sim::with_limits::<Bench>(Rig::default(), limits);
    let page = sim.join();
    for _ in 0..5 {
        sim.click(page, Bench::go.click);
        sim.rest();
    }
    sim.pages[page].told.clear();
    (1..=5).for_each(|number| sim.send_again(page, number));
    sim.rest();
    let codes: Vec<_> = (1..=5).map(|number| sim.pages[page].outcome(number).unwrap()).collect();
    assert_eq!(codes, [6, 6, 6, 0, 0]);
    assert_eq!(sim.device::<Rig>().gos().len(), 5);
}

#[test]
fn p3_outcomes_that_were_not_told_are_kept_until_they_are() {
    let limits = Limits { outcomes: 2, ..Limits::default() };
    let mut sim = Sim::with_limits::<Bench>(Rig::default(), limits);
    let page = sim.join();
    let numbers: Vec<u64> = (0..50).map(|i| sim.send(page, Bench::name.value, format!("{i}"))).collect();
    sim.rest();
    assert!(numbers.iter().all(|number| matches!(sim.pages[page].outcome(*number), Some(0 | 2))));
}

#[test]
fn p4_a_click_of_long_ago_is_not_carried_out() {
    let mut sim = Sim::new::<Bench>(Rig::default());
    let page = sim.join();
    sim.rest();
    let (go, x) = (sim.no(Bench::go.click), sim.no(Bench::x.value));
    let Limits { event_lifespan, state_lifespan, .. } = *sim.engine.limits();
    for (number, prop, age, in_time) in [
        (1, go, event_lifespan, true),
        (2, go, event_lifespan + Duration::from_millis(1), false),
        (3, x, state_lifespan, true),
        (4, x, state_lifespan + Duration::from_millis(1), false),
    ] {
        sim.deliver(
            page,
            &format!(
                r#"{{"n":{number},"p":{prop},"v":{},"a":{}}}"#,
                if prop == x { "1" } else { "null" },
                age.as_millis()
            ),
        );
        sim.rest();
        assert_eq!(sim.pages[page].outcome(number), Some(if in_time { 0 } else { 5 }), "command {number}");
    }
    assert_eq!(sim.device::<Rig>().gos().len(), 1);
}

#[test]
fn p1_two_writers_of_one_value_have_one_order() {
    let mut sim = Sim::new::<Homing>(Vec::new());
    let (a, b) = (sim.join(), sim.join());
    sim.rest();
    sim.click(a, Homing::home.click);
    let number = sim.send(b, Homing::x.value, 7.0);
    sim.finish_one("home");
    assert_eq!(sim.running(), ["drive"]);
    sim.rest();
    assert_eq!(*sim.device::<Vec<f64>>(), [0.0, -1.0, 50.0, 7.0], "homed first, then moved");
    assert_eq!((sim.shown(a, Homing::x.value), sim.shown(b, Homing::x.value)), (7.0.into(), 7.0.into()));
    assert_eq!(sim.pages[b].outcome(number), Some(0));
}

/// An acknowledgement would end the wait of the control, and the control would jump back to the old value.
#[test]
fn g13_a_value_that_waits_for_its_turn_is_not_said_to_be_in_effect() {
    let mut sim = Sim::new::<Homing>(Vec::new());
    let page = sim.join();
    sim.rest();
    sim.click(page, Homing::home.click);
    let number = sim.send(page, Homing::x.value, 7.0);
    sim.pass(50);
    sim.poll_woken();
    sim.send_again(page, number);
    sim.poll_woken();
    sim.cut(page);
    sim.connect(page);
    sim.poll_woken();
    assert!(!sim.pages[page].is_answered(number), "{:?}", sim.pages[page].told);
    assert_eq!(sim.shown(page, Homing::x.value), 0.0);
    sim.finish_one("home");
    sim.finish_one("drive");
    sim.pass(50);
    sim.poll_woken();
    assert!(sim.pages[page].is_answered(number));
    assert_eq!(sim.shown(page, Homing::x.value), 7.0);
    sim.rest();
}

#[test]
fn p3_a_value_that_two_islands_read_has_one_outcome() {
    let mut sim = Sim::new::<super::islands::Robot>(super::islands::Robot::device());
    let page = sim.join();
    sim.rest();
    let speed = super::islands::Robot::speed.value;
    let numbers: Vec<u64> = (1..=3).map(|to| sim.send(page, speed, f64::from(to))).collect();
    sim.finish_one("lamp_speed");
    sim.poll_woken();
    assert_eq!(sim.pages[page].outcome(numbers[0]), None, "the other island is not done");
    sim.rest();
    let codes: Vec<_> = numbers.iter().map(|number| sim.pages[page].outcome(*number).unwrap()).collect();
    assert_eq!(codes, [0, 2, 0]);
}
