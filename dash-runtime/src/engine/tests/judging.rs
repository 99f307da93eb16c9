//! Functions that check what a client wants before it takes effect.

use dash_macros::{callback, callback_shared, callbacks, changes, components};
use serde_json::{Value as Json, json};

use super::{
    parts::{Button, Dial, Field, Label, place},
    sim::{At, Sim},
};
use crate::{
    callback::Callbacks,
    dashboard::Dashboard,
    element::Element,
    engine::{
        batch::{NotTaken, Wanted},
        judging::Judged,
        requests::Asking,
    },
    protocol::client::{Command, Incoming, Refusal, parse},
};

#[components]
pub struct Table {
    pub x: Dial,
    pub y: Dial,
    pub fence: Dial,
    pub home: Button,
    pub at: Label,
    pub name: Field,
    pub hello: Label,
}

/// The stage.
#[derive(Debug, Default)]
pub struct Stage {
    moves: Vec<(f64, f64)>,
}

fn inside(x: f64, y: f64, fence: f64) -> Result<(), String> {
    assert!(x != 13.0, "thirteen");
    if x.hypot(y) > fence { Err(format!("({x}, {y}) is outside of the fence")) } else { Ok(()) }
}

#[callback_shared(on = Table::home.click, output = Table::at.text, check = inside)]
fn drive(
    stage: &mut Stage,
    #[input(Table::x.value)] x: f64,
    #[input(Table::y.value)] y: f64,
    #[state(Table::fence.value)] fence: f64,
) -> String {
    stage.moves.push((x, y));
    format!("{x} {y} {fence}")
}

fn polite(name: &str) -> Result<(), &'static str> {
    if name.contains('!') { Err("do not shout") } else { Ok(()) }
}

#[callback(output = Table::hello.text, check = polite)]
fn greet(#[input(Table::name.value)] name: &str) -> String {
    format!("hello {name}")
}

impl Dashboard for Table {
    type Device = Stage;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![drive, greet];

    fn layout(self) -> Element {
        place((self.x, self.y, self.fence.value(10.0), self.home, self.at, self.name, self.hello))
    }
}

fn table() -> (Sim, At) {
    let mut sim = Sim::new::<Table>(Stage::default());
    let at = sim.join();
    (sim, at)
}

fn reason(sim: &mut Sim, at: At, number: u64) -> Option<String> {
    sim.finish_all();
    sim.poll(at);
    sim.pages[at].reason(number).map(str::to_owned)
}

fn moves(sim: &Sim) -> &[(f64, f64)] {
    &sim.device::<Stage>().moves
}

#[test]
fn what_a_check_refuses_never_takes_effect() {
    let (mut sim, at) = table();
    let other = sim.join();
    sim.rest();
    let rev = sim.engine.rev();
    let number = sim.send(at, Table::x.value, 20.0);
    assert_eq!(reason(&mut sim, at, number).unwrap(), "x.value was not changed: (20, 0) is outside of the fence");
    assert_eq!(sim.pages[at].refusal(number), Some("checked"));
    assert_eq!(sim.engine.rev(), rev, "nobody has seen it, not even for a moment");
    assert!(moves(&sim).is_empty());
    sim.rest();
    assert_eq!(sim.shown(other, Table::x.value), json!(0.0));
    let number = sim.send(at, Table::x.value, 8.0);
    assert_eq!(reason(&mut sim, at, number), None);
    assert_eq!(moves(&sim), [(8.0, 0.0)]);
}

#[test]
fn a_check_sees_the_other_values_as_they_are() {
    let (mut sim, at) = table();
    sim.send(at, Table::x.value, 8.0);
    sim.finish_all();
    let number = sim.send(at, Table::y.value, 8.0);
    assert!(reason(&mut sim, at, number).unwrap().contains("(8, 8)"));
    // The fence itself is not checked: it is a state of the callback, and starts nothing.
    sim.send(at, Table::fence.value, 20.0);
    let number = sim.send(at, Table::y.value, 8.0);
    assert_eq!(reason(&mut sim, at, number), None);
}

#[test]
fn an_event_that_starts_the_callback_is_not_checked() {
    let (mut sim, at) = table();
    let number = sim.click(at, Table::home.click);
    assert_eq!(reason(&mut sim, at, number), None);
}

#[test]
fn a_check_that_panics_lets_nothing_pass() {
    let (mut sim, at) = table();
    let number = sim.send(at, Table::x.value, 13.0);
    let why = reason(&mut sim, at, number).unwrap();
    assert!(why.contains("its check has panicked: thirteen"), "{why}");
}

#[test]
fn a_verdict_about_values_that_have_changed_meanwhile_does_not_count() {
    let (mut sim, at) = table();
    let (id, prop) = (sim.pages[at].id, sim.no(Table::y.value));
    let text = json!({ "n": 1, "p": prop, "v": 8.0 }).to_string();
    let Ok(Incoming::Command(command)) = parse(&text) else { panic!("not a command") };
    let verdicts = sim.engine.checks_of_command(Some(id), &command).into_iter().map(|job| job.run()).collect();
    // Between the check and the command another page moves the stage.
    sim.push(changes![Table::x.value = 8.0]).unwrap();
    sim.pages[at].sent.insert(1, text.clone());
    sim.deliver_judged(at, &text, verdicts, 0);
    let why = reason(&mut sim, at, 1).unwrap();
    assert!(why.contains("x.value has changed again each time that it was checked"), "{why}");
}

#[test]
fn fault_a_check_of_a_live_measurement_refused_people_by_chance() {
    let (mut sim, at) = table();
    let (id, prop) = (sim.pages[at].id, sim.no(Table::y.value));
    for (number, measured, wanted, allowed) in [(1, 1.0, 8.0, true), (2, 7.0, 9.0, false), (3, 2.0, 9.5, true)] {
        let text = json!({ "n": number, "p": prop, "v": wanted }).to_string();
        sim.pages[at].sent.insert(number, text.clone());
        let Ok(Incoming::Command(command)) = parse(&text) else { panic!("not a command") };
        let mut rounds = 0;
        let answer = loop {
            let jobs = sim.engine.checks_of_command(Some(id), &command);
            let verdicts: Vec<_> = jobs.into_iter().map(|job| job.run()).collect();
            if rounds == 0 {
                // A newer measurement comes between the check and the command.
                sim.push(changes![Table::x.value = measured]).unwrap();
            }
            rounds += 1;
            let judged = Judged { verdicts, ..Judged::default() };
            if !sim.engine.is_stale(&judged) {
                break sim.with(|engine, now, fx| {
                    engine.judged(judged, |engine| engine.incoming(now, id, parse(&text), fx))
                });
            }
        };
        sim.answers.extend(answer);
        assert_eq!(rounds, 2);
        let why = reason(&mut sim, at, number);
        assert_eq!(why.is_none(), allowed, "{why:?}");
    }
    // The verdicts that counted have seen the values in effect.
    assert_eq!(sim.shown(at, Table::y.value), json!(9.5));
    assert!(!moves(&sim).contains(&(7.0, 9.0)), "{:?}", moves(&sim));
}

#[test]
fn a_command_that_nobody_has_checked_is_refused() {
    let (mut sim, at) = table();
    let prop = sim.no(Table::y.value);
    let text = json!({ "n": 1, "p": prop, "v": 1.0 }).to_string();
    sim.pages[at].sent.insert(1, text.clone());
    sim.deliver_judged(at, &text, Vec::new(), 0);
    assert!(reason(&mut sim, at, 1).unwrap().contains("was not checked"));
}

/// A batch arrives, after its checks.
fn batch(sim: &mut Sim, wanted: &[(&str, Json)]) -> Result<(), Vec<Refusal>> {
    let texts: Vec<(&str, String)> = wanted.iter().map(|(name, value)| (*name, value.to_string())).collect();
    let wanted: Vec<Wanted<'_>> = texts.iter().map(|(name, value)| Wanted { name, value }).collect();
    let numbers: Vec<(u64, &str)> =
        wanted.iter().map(|one| (sim.engine.find_for(None, one.name).unwrap().wire(), one.value)).collect();
    let verdicts = sim.engine.checks_of(None, u8::MAX, numbers.into_iter()).into_iter().map(|job| job.run()).collect();
    let judged = Judged { verdicts, last: true, ..Judged::default() };
    let asked =
        sim.with(|engine, now, fx| engine.judged(judged, |engine| engine.batch(now, &Asking::default(), &wanted, fx)));
    match asked {
        Ok(_) => Ok(()),
        Err(NotTaken::Items(items)) => Err(items.into_iter().map(|(_, refusal)| refusal).collect()),
        Err(NotTaken::Whole(refusal)) => Err(vec![refusal]),
    }
}

#[test]
fn the_values_of_a_batch_are_checked_together() {
    let (mut sim, _) = table();
    sim.push(changes![Table::x.value = 8.0]).unwrap();
    // Alone, the second value would be outside.
    assert!(batch(&mut sim, &[("x.value", json!(0.0)), ("y.value", json!(8.0))]).is_ok());
    let refused = batch(&mut sim, &[("x.value", json!(9.0)), ("y.value", json!(9.0))]).unwrap_err();
    assert_eq!(refused.len(), 2, "{refused:?}");
    sim.finish_all();
    assert_eq!(moves(&sim).last(), Some(&(0.0, 8.0)));
}

#[test]
fn a_private_callback_checks_the_value_of_its_client() {
    let (mut sim, at) = table();
    let number = sim.send(at, Table::name.value, "hey!");
    assert!(reason(&mut sim, at, number).unwrap().contains("do not shout"));
    let number = sim.send(at, Table::name.value, "ada");
    assert_eq!(reason(&mut sim, at, number), None);
    sim.rest();
    assert_eq!(sim.shown(at, Table::hello.text), "hello ada");
}

#[test]
fn the_program_itself_is_not_checked() {
    let (mut sim, _) = table();
    sim.push(changes![Table::x.value = 50.0]).unwrap();
    sim.finish_all();
    assert_eq!(moves(&sim), [(50.0, 0.0)]);
}

#[test]
fn a_dashboard_without_checks_is_asked_for_none() {
    let sim = Sim::new::<super::bench::Bench>(super::bench::Rig::default());
    let command = Command { number: 1, prop: 0, value: "1", age: std::time::Duration::ZERO, at: None };
    assert!(sim.engine.checks_of_command(None, &command).is_empty());
}
