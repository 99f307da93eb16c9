//! The audit record: each command is in it once, with who wanted it and what became of it, and no secret is.

use std::time::Duration;

use dash_macros::{Role, callback_shared, callbacks, components};
use serde_json::json;

use super::{
    bench::Rig,
    parts::{Button, Field, Grip, Knob, Label, place},
    sim::Sim,
};
use crate::{
    callback::Callbacks,
    dashboard::Dashboard,
    element::Element,
    engine::{audit::Record, requests::Asking},
    protocol::{client::Command, limits::Limits},
    rights::User,
};

#[derive(Debug, Clone, Copy, PartialEq, Role)]
pub enum Hands {
    Guest,
    Operator,
}

#[components(role = Hands)]
pub struct Mill {
    #[needs(Hands::Operator)]
    pub speed: Knob,
    #[secret]
    pub pin: Field,
    #[secret]
    pub turns: Knob,
    pub start: Button,
    pub shown: Label,
    pub drive: Grip,
}

/// It has the device, so commands wait while it runs.
#[callback_shared(output = Mill::shown.text)]
fn spin(_rig: &mut Rig, #[input(Mill::speed.value)] speed: f64) -> Result<String, String> {
    if speed > 50.0 { Err("the spindle is blocked".to_owned()) } else { Ok(speed.to_string()) }
}

impl Dashboard for Mill {
    type Device = Rig;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![spin];

    fn layout(self) -> Element {
        place((self.speed, self.pin, self.turns, self.start, self.shown, self.drive))
    }
}

fn mill() -> Sim {
    mill_with(Limits::default())
}

fn mill_with(limits: Limits) -> Sim {
    let mut sim = Sim::unstarted::<Mill>(Rig::default(), limits);
    sim.engine.keep_record();
    sim.begin();
    sim.finish_all();
    sim
}

fn ada() -> User {
    User::new("ada", Hands::Operator)
}

fn records(sim: &mut Sim) -> Vec<Record> {
    sim.rest();
    sim.engine.take_records()
}

type Short<'a> = (&'a str, &'a str, Option<&'a str>, Option<&'a str>, &'a str);

fn short(record: &Record) -> Short<'_> {
    (&record.user, &record.prop, record.old.as_deref(), record.new.as_deref(), record.outcome.name())
}

#[test]
fn each_command_is_recorded_with_who_wanted_it_and_what_became_of_it() {
    let mut sim = mill();
    let (high, low) = (sim.join_as(ada()), sim.join_as(User::new("gus", Hands::Guest)));
    sim.send(high, Mill::speed.value, 30.0);
    sim.rest();
    sim.send(low, Mill::speed.value, 1.0);
    sim.send(high, Mill::speed.value, 60.0);
    let all = records(&mut sim);
    assert_eq!(
        all.iter().map(short).collect::<Vec<_>>(),
        [
            ("ada", "speed.value", Some("0.0"), Some("30.0"), "applied"),
            ("gus", "speed.value", None, Some("1.0"), "refused"),
            ("ada", "speed.value", Some("30.0"), Some("60.0"), "failed"),
        ]
    );
    assert_eq!(all[1].why.as_deref(), Some("speed.value needs the role operator"));
    assert_eq!(all[2].why.as_deref(), Some("the spindle is blocked"));
    assert_eq!(all.iter().map(|record| record.number).collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!(all[0].client, Some(sim.pages[high].id));
    assert!(all[0].rev < all[2].rev);
}

#[test]
fn a_command_that_is_merged_into_a_later_one_is_recorded_as_merged() {
    let mut sim = mill();
    let at = sim.join_as(ada());
    for speed in [10.0, 20.0, 30.0] {
        sim.send(at, Mill::speed.value, speed);
    }
    let mut all = records(&mut sim);
    all.sort_by_key(|record| record.number);
    let outcomes: Vec<_> = all.iter().map(|record| (record.new.as_deref().unwrap(), record.outcome.name())).collect();
    assert_eq!(outcomes, [("10.0", "applied"), ("20.0", "merged"), ("30.0", "applied")]);
}

#[test]
fn a_command_that_expired_or_names_nothing_is_recorded() {
    let mut sim = mill();
    let at = sim.join_as(ada());
    let prop = sim.prop_no(Mill::speed.value).wire();
    let id = sim.pages[at].id;
    let late = Command { number: 1, prop, value: "1.0", age: Duration::from_secs(3600), at: None };
    sim.with(|engine, now, fx| engine.command(now, id, &late, fx));
    let nothing = Command { number: 2, prop: 999_999, value: "\"x\"", age: Duration::ZERO, at: None };
    sim.with(|engine, now, fx| engine.command(now, id, &nothing, fx));
    let all = records(&mut sim);
    assert_eq!(
        all.iter().map(short).collect::<Vec<_>>(),
        [("ada", "speed.value", None, Some("1.0"), "expired"), ("ada", "property 999999", None, None, "refused"),]
    );
}

#[test]
fn requests_and_batches_are_recorded_with_the_user_of_the_request() {
    let mut sim = mill();
    let (user, local) = (ada(), Asking::default());
    let asking = Asking { user: Some(&user), ..Asking::default() };
    let prop = sim.prop_no(Mill::speed.value).wire();
    let command = Command { number: 0, prop, value: "5.0", age: Duration::ZERO, at: None };
    sim.with(|engine, now, fx| engine.request(now, &asking, &command, fx)).unwrap();
    sim.rest();
    sim.ask_all(local, &[("speed.value", json!(6.0)), ("start.click", json!(null))]).unwrap();
    sim.rest();
    let _ = sim.ask_all(asking, &[("start.click", json!(null)), ("speed.value", json!("fast"))]).unwrap_err();
    let all = records(&mut sim);
    assert_eq!(
        all.iter().map(short).collect::<Vec<_>>(),
        [
            ("ada", "speed.value", Some("0.0"), Some("5.0"), "applied"),
            ("local", "speed.value", Some("5.0"), Some("6.0"), "applied"),
            ("local", "start.click", None, None, "applied"),
            ("ada", "speed.value", None, Some("\"fast\""), "refused"),
        ]
    );
    assert!(all.iter().all(|record| record.client.is_none()));
}

#[test]
fn of_a_secret_it_is_recorded_that_it_changed_and_not_the_value() {
    let mut sim = mill();
    let at = sim.join_as(ada());
    sim.send(at, Mill::pin.value, "hunter2");
    sim.send(at, Mill::pin.value, 4711);
    sim.send(at, Mill::turns.value, 1e9);
    let _ = sim.ask_all(Asking::default(), &[("pin.value", json!(["hunter3"]))]).unwrap_err();
    let all = records(&mut sim);
    let outcomes: Vec<_> = all.iter().map(|record| (record.prop.as_str(), record.outcome.name())).collect();
    assert_eq!(outcomes[0], ("pin.value", "applied"));
    assert_eq!(outcomes[1..], [("pin.value", "refused"), ("turns.value", "applied"), ("pin.value", "refused")]);
    let text = format!("{all:?}");
    for secret in ["hunter", "4711", "1000000000", "1e9"] {
        assert!(!text.contains(secret), "{secret} is recorded: {text}");
    }
}

#[test]
fn a_control_that_is_released_is_recorded() {
    let mut sim = mill();
    let at = sim.join_as(ada());
    sim.send(at, Mill::drive.value, 40.0);
    sim.finish_all();
    sim.pass(300);
    let all = records(&mut sim);
    assert_eq!(
        all.iter().map(short).collect::<Vec<_>>(),
        [
            ("ada", "drive.value", Some("0.0"), Some("40.0"), "applied"),
            ("ada", "drive.value", Some("40.0"), Some("0.0"), "released"),
        ]
    );
}

#[test]
fn a_command_whose_sender_is_forgotten_is_recorded() {
    let mut sim = mill_with(Limits { detached_clients: 0, ..Limits::default() });
    let at = sim.join_as(ada());
    sim.send(at, Mill::speed.value, 30.0);
    sim.cut(at);
    let left = sim.engine.take_records();
    assert_eq!(
        left.iter().map(short).collect::<Vec<_>>(),
        [("ada", "speed.value", Some("0.0"), Some("30.0"), "unknown")]
    );
    sim.finish_all();
    assert_eq!(records(&mut sim), [], "it is recorded once");
}

#[test]
fn without_a_record_nothing_is_kept() {
    let mut sim = Sim::new::<Mill>(Rig::default());
    let at = sim.join();
    sim.send(at, Mill::speed.value, 30.0);
    assert_eq!(records(&mut sim), []);
}
