//! P6: a value that the device refuses is marked for everybody, and taken back where the callback says so.

use std::time::Duration;

use dash_macros::{callback, callback_shared, callbacks, components};
use proptest::prelude::*;
use serde_json::json;

use super::{
    parts::{Button, Dial, Label, place},
    sim::{At, Sim},
};
use crate::{
    callback::Callbacks,
    dashboard::Dashboard,
    element::Element,
    prop::Prop,
    protocol::server::Outcome,
    rows::{Many, Rows},
};

#[components]
struct Kiln {
    heat: Dial,
    heated: Label,
    gas: Dial,
    speed: Dial,
    spun: Label,
    twice: Label,
    own: Label,
    go: Button,
}

/// What the device has, and each value that it was told.
#[derive(Debug, Default)]
struct Oven {
    heat: f64,
    speed: f64,
    told: Vec<(char, f64)>,
}

/// The device takes nothing above this.
const MOST: f64 = 50.0;

#[callback_shared(initial = false, output = Kiln::heated.text)]
fn set_heat(
    oven: &mut Oven,
    #[input(Kiln::heat.value)] heat: f64,
    #[input(Kiln::gas.value)] gas: f64,
) -> Result<String, String> {
    oven.told.push(('h', heat));
    if heat > MOST || gas < 0.0 {
        return Err(format!("{heat} is too hot"));
    }
    oven.heat = heat;
    Ok(heat.to_string())
}

#[callback_shared(refused = revert, on = Kiln::go.click, output = Kiln::spun.text)]
fn set_speed(oven: &mut Oven, #[input(Kiln::speed.value)] speed: f64) -> Result<String, String> {
    oven.told.push(('s', speed));
    if speed > MOST {
        return Err(format!("{speed} is too fast"));
    }
    oven.speed = speed;
    Ok(speed.to_string())
}

/// On the same value, in another island.
#[callback_shared(output = Kiln::twice.text)]
fn twice(#[input(Kiln::speed.value)] speed: f64) -> String {
    (2.0 * speed).to_string()
}

/// On the same value, for each page.
#[callback(output = Kiln::own.text)]
fn own(#[input(Kiln::speed.value)] speed: f64) -> String {
    speed.to_string()
}

impl Dashboard for Kiln {
    type Device = Oven;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![set_heat, set_speed, twice, own];

    fn layout(self) -> Element {
        place((self.heat, self.heated, self.gas, self.speed, self.spun, self.twice, self.own, self.go))
    }
}

const APPLIED: Option<u64> = Some(0);
const FAILED: Option<u64> = Some(3);

fn joined() -> (Sim, At, At) {
    let mut sim = Sim::new::<Kiln>(Oven::default());
    let (a, b) = (sim.join(), sim.join());
    sim.rest();
    (sim, a, b)
}

/// What a page that is loaded now shows: the value, and why it is bad.
fn newcomer<T>(sim: &mut Sim, prop: Prop<T>) -> (serde_json::Value, Option<String>) {
    let at = sim.no(prop);
    let page = sim.load();
    (page.values[at].clone(), page.bad[at].clone())
}

#[test]
fn p6_fault_a_refused_value_looked_as_if_it_were_in_effect_on_every_page_but_the_askers() {
    let (mut sim, a, b) = joined();
    sim.send(a, Kiln::heat.value, 20.0);
    sim.rest();
    let asked = sim.send(a, Kiln::heat.value, 80.0);
    sim.rest();
    let why = "wanted 80, device has 20, refused: 80 is too hot";
    assert_eq!(sim.pages[a].outcome(asked), FAILED);
    for page in [a, b] {
        assert_eq!((sim.shown(page, Kiln::heat.value), sim.bad(page, Kiln::heat.value)), (json!(80.0), Some(why)));
    }
    assert_eq!(newcomer(&mut sim, Kiln::heat.value), (json!(80.0), Some(why.to_owned())));
    let slot = sim.engine.slot(sim.prop_no(Kiln::heat.value));
    assert_eq!((slot.bad(), slot.is_refused()), (Some(why), true), "as a request reads it");
    assert_eq!(sim.bad(b, Kiln::gas.value), None, "the run was not started by it");
    // Somebody sets another value. What is said about the one before goes at once.
    let asked = sim.send(b, Kiln::heat.value, 30.0);
    sim.pass(20);
    sim.poll_woken();
    assert_eq!([a, b].map(|page| sim.bad(page, Kiln::heat.value)), [None, None]);
    sim.rest();
    assert_eq!((sim.pages[b].outcome(asked), newcomer(&mut sim, Kiln::heat.value)), (APPLIED, (json!(30.0), None)));
}

#[test]
fn a_refused_value_is_marked_also_if_the_device_has_never_taken_one() {
    let (mut sim, a, b) = joined();
    sim.send(a, Kiln::heat.value, 70.0);
    sim.rest();
    assert_eq!(sim.bad(b, Kiln::heat.value), Some("wanted 70, refused: 70 is too hot"));
    // The same value is taken when the device can: the other input was in the way.
    sim.send(a, Kiln::heat.value, 10.0);
    sim.send(a, Kiln::gas.value, -1.0);
    sim.rest();
    assert_eq!(sim.bad(b, Kiln::gas.value), Some("wanted -1, device has 0, refused: 10 is too hot"));
    assert_eq!(sim.bad(b, Kiln::heat.value), None, "it was taken before");
    sim.send(b, Kiln::gas.value, 5.0);
    sim.rest();
    assert_eq!((sim.bad(a, Kiln::gas.value), sim.device::<Oven>().heat), (None, 10.0));
}

#[test]
fn a_refused_value_is_taken_back_for_everybody_where_the_callback_says_so() {
    let (mut sim, a, b) = joined();
    sim.send(a, Kiln::speed.value, 20.0);
    sim.rest();
    let told = sim.device::<Oven>().told.len();
    let asked = sim.send(a, Kiln::speed.value, 80.0);
    sim.rest();
    let why = "wanted 80, device has 20, refused: 80 is too fast";
    assert_eq!(sim.pages[a].outcome(asked), FAILED);
    for page in [a, b] {
        assert_eq!((sim.shown(page, Kiln::speed.value), sim.bad(page, Kiln::speed.value)), (json!(20.0), Some(why)));
        assert_eq!((sim.shown(page, Kiln::twice.text), sim.shown(page, Kiln::own.text)), (json!("40"), json!("20")));
    }
    assert_eq!(newcomer(&mut sim, Kiln::speed.value), (json!(20.0), Some(why.to_owned())));
    assert_eq!(sim.device::<Oven>().told[told..], [('s', 80.0)], "the device has 20 already");
    // A run that was not started by the value says nothing new about it, and reads the value that is in effect.
    sim.click(b, Kiln::go.click);
    sim.rest();
    assert_eq!(sim.device::<Oven>().told.last(), Some(&('s', 20.0)));
    assert_eq!(sim.bad(a, Kiln::speed.value), None, "the device has taken the value that is shown");
}

#[test]
fn a_value_that_was_replaced_meanwhile_is_neither_marked_nor_taken_back() {
    let (mut sim, a, b) = joined();
    sim.send(a, Kiln::speed.value, 20.0);
    sim.rest();
    sim.send(a, Kiln::speed.value, 80.0);
    sim.send(b, Kiln::speed.value, 30.0);
    sim.finish_one("set_speed");
    sim.poll_woken();
    assert_eq!((sim.shown(a, Kiln::speed.value), sim.bad(a, Kiln::speed.value)), (json!(30.0), None));
    sim.rest();
    assert_eq!((sim.shown(b, Kiln::speed.value), sim.device::<Oven>().speed), (json!(30.0), 30.0));
}

#[test]
fn a_panic_promises_nothing_about_the_device_so_the_value_stays() {
    let (mut sim, a, b) = joined();
    sim.send(a, Kiln::speed.value, 20.0);
    sim.rest();
    sim.send(a, Kiln::speed.value, 30.0);
    let run = sim.run_of("set_speed");
    sim.panic(run, "broken");
    sim.rest();
    let why = "wanted 30, device had 20, failed: `set_speed` panicked: broken";
    assert_eq!((sim.shown(b, Kiln::speed.value), sim.bad(b, Kiln::speed.value)), (json!(30.0), Some(why)));
}

#[test]
fn a_program_is_told_that_its_value_was_refused_and_sees_which_is_in_effect() {
    let (mut sim, _, b) = joined();
    let request = sim.ask((9, None, None), Kiln::speed.value, 90.0).unwrap();
    sim.rest();
    assert_eq!(sim.answered[&request], Outcome::Failed("90 is too fast".to_owned()));
    let slot = sim.engine.slot(sim.prop_no(Kiln::speed.value));
    assert_eq!((slot.json(None), slot.bad()), ("0.0".to_owned(), Some("wanted 90, refused: 90 is too fast")));
    assert_eq!(sim.shown(b, Kiln::speed.value), 0.0);
}

#[test]
fn fault_what_refused_revert_gave_back_was_not_in_the_record() {
    let (mut sim, a, _) = joined();
    sim.engine.keep_record();
    sim.send(a, Kiln::speed.value, 90.0);
    sim.rest();
    let records = sim.engine.take_records().into_iter();
    let mut facts: Vec<_> = records.map(|one| (one.number, one.user, one.old, one.new, one.outcome.name())).collect();
    facts.sort_unstable();
    let fact = |user: &str, from: &str, to: &str, outcome| (user.to_owned(), from.to_owned(), to.to_owned(), outcome);
    assert_eq!(
        facts
            .into_iter()
            .map(|(_, user, old, new, outcome)| (user, old.unwrap(), new.unwrap(), outcome))
            .collect::<Vec<_>>(),
        [fact("local", "0.0", "90.0", "failed"), fact("program: set_speed", "90.0", "0.0", "applied")]
    );
}

/// One motor.
#[components]
struct Motor {
    speed: Dial,
}

#[components]
struct Motors {
    motors: Many<u32, Motor>,
    limit: Dial,
    total: Label,
}

#[callback_shared(refused = revert)]
fn drive(
    told: &mut Vec<(u32, f64)>,
    #[key] key: u32,
    #[input(Motors::motors[key].speed.value)] speed: f64,
) -> Result<(), String> {
    told.push((key, speed));
    if speed > MOST { Err("too fast".to_owned()) } else { Ok(()) }
}

/// Reads all rows.
#[callback_shared(output = Motors::total.text)]
fn add(
    #[input(Motors::motors[..].speed.value)] speeds: &Rows<u32, f64>,
    #[input(Motors::limit.value)] limit: f64,
) -> Result<String, String> {
    let total: f64 = speeds.iter().map(|(_, speed)| *speed).sum();
    if total > limit { Err(format!("{total} is over the limit")) } else { Ok(total.to_string()) }
}

impl Dashboard for Motors {
    type Device = Vec<(u32, f64)>;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![drive, add];

    fn layout(self) -> Element {
        let motors = self.motors.rows([1, 2, 3]).each(|_, motor| place(motor.speed));
        place((motors, self.limit.value(90.0), self.total))
    }
}

#[test]
fn in_a_list_only_the_value_of_the_row_is_marked_and_taken_back() {
    let mut sim = Sim::new::<Motors>(Vec::new());
    let (a, b) = (sim.join(), sim.join());
    sim.rest();
    for (key, speed) in [(1, 10.0), (2, 40.0), (3, 30.0)] {
        sim.send(a, Motors::motors.row(key).speed.value, speed);
        sim.rest();
    }
    let told = sim.device::<Vec<(u32, f64)>>().len();
    sim.send(a, Motors::motors.row(2).speed.value, 80.0);
    sim.rest();
    assert_eq!(sim.shown(b, Motors::motors.row(2).speed.value), 40.0);
    let why = "wanted 80, device has 40, refused: too fast";
    assert_eq!(sim.bad(b, Motors::motors.row(2).speed.value), Some(why));
    assert_eq!(sim.bad(b, Motors::motors.row(1).speed.value), None);
    assert_eq!(sim.device::<Vec<(u32, f64)>>()[told..], [(2, 80.0)]);
    // A callback for all rows marks those that have started it, and keeps them.
    sim.send(b, Motors::motors.row(1).speed.value, 35.0);
    sim.rest();
    let bad = |sim: &Sim, key| sim.bad(a, Motors::motors.row(key).speed.value).map(str::to_owned);
    assert_eq!(bad(&sim, 1).as_deref(), Some("wanted 35, device has 10, refused: 105 is over the limit"));
    assert_eq!((bad(&sim, 3), sim.shown(a, Motors::motors.row(1).speed.value)), (None, json!(35.0)));
    sim.send(b, Motors::limit.value, 100.0);
    sim.send(b, Motors::motors.row(1).speed.value, 20.0);
    sim.rest();
    assert_eq!((bad(&sim, 1), sim.shown(a, Motors::total.text)), (None, json!("90")));
}

#[derive(Debug, Clone, Copy)]
enum Op {
    Heat(At, u8),
    Speed(At, u8),
    Finish(usize),
    Poll(At),
    Cut(At),
    Connect(At),
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        4 => (0..2_usize, 0..100_u8).prop_map(|(page, to)| Op::Heat(page, to)),
        4 => (0..2_usize, 0..100_u8).prop_map(|(page, to)| Op::Speed(page, to)),
        8 => (0..4_usize).prop_map(Op::Finish),
        4 => (0..2_usize).prop_map(Op::Poll),
        1 => (0..2_usize).prop_map(Op::Cut),
        2 => (0..2_usize).prop_map(Op::Connect),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    /// Whatever happens in which order: at rest, everybody sees what the device has, or is told that it has something
    /// else, and what.
    #[test]
    fn at_rest_everybody_knows_what_the_device_has(ops in proptest::collection::vec(op(), 1..60)) {
        let (mut sim, ..) = joined();
        for op in ops {
            match op {
                Op::Heat(page, to) => _ = sim.send(page, Kiln::heat.value, f64::from(to)),
                Op::Speed(page, to) => _ = sim.send(page, Kiln::speed.value, f64::from(to)),
                Op::Finish(at) => if let Some(at) = at.checked_rem(sim.jobs.len()) { sim.finish(at) },
                Op::Poll(page) => if sim.pages[page].socket.is_some() { sim.poll(page); },
                Op::Cut(page) => sim.cut(page),
                Op::Connect(page) => sim.connect(page),
            }
        }
        (0..2).for_each(|page| sim.connect(page));
        sim.now += Duration::from_secs(1);
        sim.rest();
        let (heat, speed) = (sim.device::<Oven>().heat, sim.device::<Oven>().speed);
        let told_heat = sim.device::<Oven>().told.iter().rev().find(|(what, _)| *what == 'h').map(|(_, to)| *to);
        for page in [0, 1] {
            prop_assert_eq!(sim.shown(page, Kiln::speed.value), speed);
            prop_assert_eq!(sim.shown(page, Kiln::twice.text), (2.0 * speed).to_string());
            prop_assert_eq!(sim.shown(page, Kiln::own.text), speed.to_string());
            let shown = sim.shown(page, Kiln::heat.value).as_f64().unwrap();
            prop_assert_eq!(told_heat.unwrap_or(0.0), shown, "the device was told the newest");
            match sim.bad(page, Kiln::heat.value) {
                None => prop_assert_eq!(shown, heat),
                Some(why) => {
                    prop_assert!(shown > MOST && why.starts_with(&format!("wanted {shown}")), "{why}");
                    prop_assert!(!why.contains("device has") || why.contains(&format!("device has {heat},")), "{why}");
                }
            }
            let (_, why) = newcomer(&mut sim, Kiln::heat.value);
            prop_assert_eq!(why.as_deref(), sim.bad(page, Kiln::heat.value));
        }
    }
}
