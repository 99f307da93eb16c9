//! Who is refused, however often and for whatever, pushes nothing out of the record that had an effect.

use std::{net::IpAddr, time::Duration};

use dash_macros::{Role, callbacks, components};
use serde_json::json;

use super::{
    bench::Rig,
    parts::{Knob, Records, place},
    sim::Sim,
};
use crate::{
    callback::Callbacks,
    dashboard::Dashboard,
    element::Element,
    engine::{audit::Record, requests::Asking},
    protocol::limits::Limits,
    rights::User,
};

#[derive(Debug, Clone, Copy, PartialEq, Role)]
pub enum Hands {
    Guest,
    Operator,
}

#[components(role = Hands)]
pub struct Press {
    #[needs(Hands::Operator)]
    pub speed: Knob,
    #[needs(Hands::Operator)]
    pub force: Knob,
    pub log: Records,
}

impl Dashboard for Press {
    type Device = Rig;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        place((self.speed, self.force, self.log))
    }
}

fn press(limits: Limits) -> Sim {
    let mut sim = Sim::unstarted::<Press>(Rig::default(), limits);
    sim.engine.keep_record();
    sim.begin();
    sim.finish_all();
    sim
}

fn ada() -> User {
    User::new("ada", Hands::Operator)
}

fn address(last: u8) -> Option<IpAddr> {
    Some(IpAddr::from([10, 0, 0, last]))
}

/// Requests of one user for these properties, one after the other.
fn ask(sim: &mut Sim, user: &User, address: Option<IpAddr>, prop: &str, value: f64) {
    let asking = Asking { user: Some(user), address, ..Asking::default() };
    let _ = sim.ask_all(asking, &[(prop, json!(value))]);
}

fn short(record: &Record) -> (&str, &str, Option<&str>, &str, u64) {
    (&record.user, &record.prop, record.new.as_deref(), record.outcome.name(), record.times)
}

#[test]
fn fault_a_guest_flooded_the_record_with_refused_requests() {
    let mut sim = press(Limits { audit_records: 8, ..Limits::default() });
    let (ada, gus) = (ada(), User::new("gus", Hands::Guest));
    for speed in 1..=8 {
        ask(&mut sim, &ada, address(1), "speed.value", f64::from(speed));
    }
    // Known and invented properties, from many networks, with and without a rest.
    for round in 0..200_u8 {
        ask(&mut sim, &gus, address(round), "speed.value", 9.0);
        ask(&mut sim, &gus, address(2), &format!("invented{round}.value"), 9.0);
        if round % 50 == 0 {
            sim.pass(200);
        }
    }
    sim.pass(30_000);
    let page = sim.join_as(ada);
    sim.rest();
    let shown = sim.items(page, Press::log.records);
    let of = |name| shown.iter().filter(|record| record["user"] == name).count();
    assert_eq!((of("ada"), of("gus") + of("(several)")), (8, 2), "{shown:?}");
}

#[test]
fn fault_who_may_change_something_filled_the_record() {
    let limits = Limits { commands_per_second: u32::MAX, ..Limits::default() };
    let mut sim = press(limits);
    let (ada, bob) = (ada(), User::new("bob", Hands::Operator));
    ask(&mut sim, &bob, address(2), "force.value", 7.0);
    let mut records = Vec::new();
    for value in 1..=10_000 {
        ask(&mut sim, &ada, address(1), "speed.value", f64::from(value % 90));
        if value % 1_000 == 0 {
            sim.pass(100);
            records.extend(sim.engine.take_records());
        }
    }
    ask(&mut sim, &bob, address(2), "force.value", 8.0);
    sim.pass(10_000);
    records.extend(sim.engine.take_records());
    assert!(records.len() < 500, "{} records in 11 s", records.len());
    let times = |name| records.iter().filter(|record| record.user == name).map(|record| record.times).sum::<u64>();
    assert_eq!((times("ada"), times("bob")), (10_000, 2), "each command is counted");
    let last = records.iter().rfind(|record| record.user == "ada").unwrap();
    assert_eq!(last.new.as_deref(), Some("10.0"), "the newest value is there");
    let page = sim.join_as(ada);
    sim.rest();
    let shown = sim.items(page, Press::log.records);
    assert_eq!(shown.iter().filter(|record| record["user"] == "bob").count(), 2, "others are not pushed out");
}

#[test]
fn a_slider_that_is_dragged_is_recorded_step_by_step() {
    let mut sim = press(Limits::default());
    for value in 0..240 {
        ask(&mut sim, &ada(), address(1), "speed.value", f64::from(value % 90));
        sim.pass(33);
    }
    let records = sim.engine.take_records();
    assert_eq!((records.len(), records.iter().all(|record| record.times == 1)), (240, true));
}

#[test]
fn repeated_refusals_are_one_record_with_their_number() {
    let mut sim = press(Limits::default());
    let gus = User::new("gus", Hands::Guest);
    for value in 0..100 {
        ask(&mut sim, &gus, address(1), "speed.value", f64::from(value));
    }
    ask(&mut sim, &gus, address(1), "force.value", 1.0);
    ask(&mut sim, &gus, address(2), "speed.value", 1.0);
    let first = sim.engine.take_records();
    assert_eq!(
        first.iter().map(short).collect::<Vec<_>>(),
        [
            ("gus", "speed.value", Some("0.0"), "refused", 1),
            ("gus", "force.value", Some("1.0"), "refused", 1),
            ("gus", "speed.value", Some("1.0"), "refused", 1),
        ]
    );
    sim.pass(10_000);
    let rest = sim.engine.take_records();
    assert_eq!(rest.iter().map(short).collect::<Vec<_>>(), [("gus", "speed.value", Some("99.0"), "refused", 99)]);
    // It goes on, so it is still counted. After a rest, the next one is told at once.
    ask(&mut sim, &gus, address(1), "speed.value", 7.0);
    assert_eq!(sim.engine.take_records(), []);
    sim.pass(20_000);
    assert_eq!(sim.engine.take_records().len(), 1);
    ask(&mut sim, &gus, address(1), "speed.value", 8.0);
    assert_eq!(sim.engine.take_records().len(), 1);
}

#[test]
fn refusals_of_a_page_are_counted_like_those_of_a_program_and_none_is_lost_at_the_end() {
    let mut sim = press(Limits::default());
    let page = sim.join_as(User::new("gus", Hands::Guest));
    for _ in 0..5 {
        sim.send(page, Press::speed.value, 1.0);
        sim.rest();
    }
    assert_eq!(sim.engine.take_records().len(), 1);
    sim.with(|engine, _, fx| engine.cancel_all(fx));
    let last = sim.engine.take_records();
    assert_eq!(last.iter().map(|record| record.times).collect::<Vec<_>>(), [4]);
    assert_eq!(last[0].client, Some(sim.pages[page].id));
}

#[test]
fn many_senders_and_many_properties_have_a_bounded_number_of_records() {
    let mut sim = press(Limits::default());
    for user in 0..4_000_u32 {
        let user = User::new(format!("gus{user}"), Hands::Guest);
        ask(&mut sim, &user, address(1), "speed.value", 1.0);
    }
    sim.pass(10_000);
    let records = sim.engine.take_records();
    assert_eq!(records.len(), 3 * 512 + 1, "users, each for himself, and the others together");
    let others = records.last().unwrap();
    assert_eq!(short(others), ("(several)", "(several)", None, "refused", 4_000 - 3 * 512));
    assert_eq!(records.iter().map(|record| record.times).sum::<u64>(), 4_000, "each is counted once");
    assert!(sim.engine.next_timeout().is_none_or(|due| due >= Duration::from_secs(20)));
}

#[components(role = Hands)]
pub struct Held {
    #[needs(Hands::Operator)]
    pub speed: Knob,
    #[needs(Hands::Operator)]
    pub force: Knob,
    #[needs(Hands::Operator)]
    pub grip: super::parts::Grip,
    pub log: Records,
}

impl Dashboard for Held {
    type Device = Rig;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        place((self.speed, self.force, self.grip, self.log))
    }
}

fn held(limits: Limits) -> Sim {
    let mut sim = Sim::unstarted::<Held>(Rig::default(), limits);
    sim.engine.keep_record();
    sim.begin();
    sim.finish_all();
    sim
}

#[test]
fn fault_a_refused_move_of_a_held_control_was_counted_among_others() {
    let mut sim = held(Limits::default());
    for user in 0..2_000_u32 {
        ask(&mut sim, &User::new(format!("gus{user}"), Hands::Guest), address(1), "speed.value", 1.0);
    }
    ask(&mut sim, &User::new("mallory", Hands::Guest), address(2), "grip.value", 1.0);
    let records = sim.engine.take_records();
    let of = |name| records.iter().filter(move |record| record.user == name).map(short).collect::<Vec<_>>();
    assert_eq!(of("mallory"), [("mallory", "grip.value", Some("1.0"), "refused", 1)], "it is told at once");
}

#[test]
fn fault_a_guest_with_many_networks_hid_the_refusals_of_another_user() {
    let mut sim = held(Limits::default());
    let gus = User::new("gus", Hands::Guest);
    for network in 0..2_000_u16 {
        let from = Some(IpAddr::from([0x2001, 0xdb8, 1, network, 0, 0, 0, 1]));
        for prop in ["speed.value", "grip.value"] {
            ask(&mut sim, &gus, from, prop, 1.0);
        }
    }
    for prop in ["force.value", "grip.value"] {
        ask(&mut sim, &User::new("mallory", Hands::Guest), address(2), prop, 1.0);
    }
    sim.pass(10_000);
    let records = sim.engine.take_records();
    let times = |name| records.iter().filter(|record| record.user == name).map(|record| record.times).sum::<u64>();
    assert_eq!((times("gus"), times("mallory")), (4_000, 2), "each is counted under the name of its user");
    assert!(records.len() < 200, "{} records", records.len());
}

#[test]
fn fault_one_user_pushed_the_records_of_all_others_out_of_the_log() {
    let mut sim = press(Limits { audit_records: 8, ..Limits::default() });
    let bob = User::new("bob", Hands::Operator);
    for force in 1..=3 {
        ask(&mut sim, &bob, address(2), "force.value", f64::from(force));
    }
    for speed in 1..=40 {
        // From many addresses, each within its rate.
        ask(&mut sim, &ada(), address(10 + speed), "speed.value", f64::from(speed));
        if speed % 4 == 0 {
            sim.pass(200);
        }
    }
    sim.pass(30_000);
    let page = sim.join_as(bob);
    sim.rest();
    let shown = sim.items(page, Press::log.records);
    let of = |name| shown.iter().filter(|record| record["user"] == name).count();
    assert_eq!((of("bob"), of("ada")), (3, 5), "{shown:?}");
    assert_eq!(shown.last().map(|record| &record["new"]), Some(&json!("40.0")), "the newest one is there");
}
