//! P4: nothing is carried out late. The age of a command counts from the person's action: the time in the page, on the
//! wire, while the server's process stood still, and in the queue of a busy device.

use std::time::Duration;

use serde_json::json;

use dash_macros::{callback_shared, callbacks, components};

use super::{
    bench::{Bench, Rig},
    parts::{Button, Dial, Label, place},
    sim::{At, Sim},
};
use crate::{
    callback::Callbacks,
    dashboard::Dashboard,
    element::Element,
    engine::requests::Asking,
    handle::Whom,
    prop::Prop,
    protocol::{limits::Limits, server::Outcome},
};

fn joined() -> (Sim, At) {
    let mut sim = Sim::new::<Bench>(Rig::default());
    let page = sim.join();
    sim.rest();
    (sim, page)
}

/// A person acts at `millis` on the server's clock. The command arrives now.
fn arrive<T, K>(sim: &mut Sim, page: At, number: u64, prop: Prop<T, K>, millis: u64) {
    let prop = sim.no(prop);
    let value = if prop == sim.no(Bench::go.click) { json!(null) } else { json!(7) };
    let (next, _) = sim.pages[page].command(prop, &value);
    assert_eq!(next, number);
    sim.deliver(page, &json!({ "n": number, "p": prop, "v": value, "at": millis }).to_string());
}

fn gos(sim: &Sim) -> usize {
    sim.device::<Rig>().gos().len()
}

const EXPIRED: Option<u64> = Some(5);
const APPLIED: Option<u64> = Some(0);

#[test]
fn p4_fault_a_click_that_was_on_a_stalled_wire_for_8_s_is_not_carried_out() {
    let (mut sim, page) = joined();
    sim.pass(20_000);
    // The page measured the server's clock, and the person clicked at 20 s. The wire stalls for 8 s.
    sim.pass(8_000);
    arrive(&mut sim, page, 1, Bench::go.click, 20_000);
    sim.rest();
    assert_eq!((sim.pages[page].outcome(1), gos(&sim)), (EXPIRED, 0));
    // A setting has a longer life.
    arrive(&mut sim, page, 2, Bench::x.value, 20_000);
    sim.rest();
    assert_eq!((sim.pages[page].outcome(2), sim.device::<Rig>().moves()), (APPLIED, vec![0.0, 7.0]));
    sim.pass(60_000);
    arrive(&mut sim, page, 3, Bench::x.value, 27_999);
    sim.rest();
    assert_eq!(sim.pages[page].outcome(3), EXPIRED);
}

#[test]
fn p4_the_limit_is_exact_and_the_greater_of_the_two_ages_counts() {
    let (mut sim, page) = joined();
    sim.pass(20_000);
    let prop = sim.no(Bench::go.click);
    for (number, at, age, outcome) in [
        (1, 15_000, 0, APPLIED),
        (2, 14_999, 0, EXPIRED),
        (3, 19_000, 5_000, APPLIED),
        (4, 19_000, 5_001, EXPIRED),
        // A clock that is ahead of the server's does not make a click older, or last longer in the queue.
        (5, 3_600_000, 0, APPLIED),
    ] {
        sim.deliver(page, &json!({ "n": number, "p": prop, "at": at, "a": age }).to_string());
        sim.rest();
        assert_eq!(sim.pages[page].outcome(number), outcome, "command {number}");
    }
}

#[test]
fn p4_fault_a_click_behind_a_busy_device_expires_while_it_waits_and_its_sender_learns_it_then() {
    let (mut sim, page) = joined();
    let first = sim.click(page, Bench::go.click);
    sim.pass(1_000);
    let second = sim.click(page, Bench::go.click);
    sim.pass(5_000);
    sim.poll_woken();
    assert_eq!(sim.pages[page].outcome(second), None, "not yet: it is 5 s old");
    sim.pass(100);
    sim.poll_woken();
    assert_eq!(sim.pages[page].outcome(second), EXPIRED, "while the device is still busy");
    sim.rest();
    assert_eq!((sim.pages[page].outcome(first), gos(&sim)), (APPLIED, 1));
}

#[test]
fn p4_the_time_before_the_arrival_and_the_time_in_the_queue_count_together() {
    let (mut sim, page) = joined();
    sim.pass(20_000);
    sim.click(page, Bench::go.click);
    sim.pass(3_000);
    // Pressed 2 s ago.
    arrive(&mut sim, page, 2, Bench::go.click, 21_000);
    sim.pass(2_900);
    arrive(&mut sim, page, 3, Bench::go.click, 25_900);
    sim.finish_one("go");
    assert_eq!(sim.running(), ["go"], "the second is 4.9 s old");
    sim.pass(4_900);
    sim.rest();
    assert_eq!((sim.pages[page].outcome(2), sim.pages[page].outcome(3), gos(&sim)), (APPLIED, APPLIED, 3));
    sim.click(page, Bench::go.click);
    sim.pass(3_000);
    let now = u64::try_from(sim.now.as_millis()).unwrap();
    arrive(&mut sim, page, 5, Bench::go.click, now - 2_000);
    sim.pass(3_100);
    sim.rest();
    assert_eq!((sim.pages[page].outcome(5), gos(&sim)), (EXPIRED, 4));
}

/// SIGSTOP: the timers of the process did not run either.
#[test]
fn p4_fault_when_the_process_stood_still_what_waited_is_not_carried_out_in_one_burst() {
    let (mut sim, page) = joined();
    let clicks: Vec<u64> = (0..4).map(|_| sim.click(page, Bench::go.click)).collect();
    // The run ends during the stop. Its result is taken before any timer.
    sim.now += Duration::from_secs(10);
    sim.finish_one("go");
    sim.rest();
    let outcomes: Vec<_> = clicks.iter().map(|click| sim.pages[page].outcome(*click)).collect();
    assert_eq!((outcomes, gos(&sim)), (vec![APPLIED, EXPIRED, EXPIRED, EXPIRED], 1));
}

#[test]
fn p4_fault_what_waits_for_a_page_that_said_goodbye_is_not_carried_out() {
    let (mut sim, page) = joined();
    let other = sim.join();
    sim.rest();
    let clicks: Vec<u64> = (0..4).map(|_| sim.click(page, Bench::go.click)).collect();
    sim.click(other, Bench::go.click);
    sim.deliver(page, r#"{"t":"bye"}"#);
    sim.rest();
    assert_eq!(gos(&sim), 2, "the one that ran, and that of the other page");
    let kinds: Vec<_> = clicks[1..].iter().map(|click| sim.pages[page].refusal(*click)).collect();
    assert_eq!((sim.pages[page].outcome(clicks[0]), kinds), (APPLIED, vec![Some("left"); 3]));
}

/// The page sends the values that wait for their rate when it is closed. They must not be lost.
#[test]
fn p4_a_setting_of_a_page_that_said_goodbye_is_carried_out() {
    let (mut sim, page) = joined();
    sim.click(page, Bench::go.click);
    sim.send(page, Bench::x.value, 7.0);
    sim.close(page);
    sim.rest();
    assert_eq!(sim.device::<Rig>().moves(), [0.0, 7.0]);
}

#[test]
fn p4_what_waits_for_a_page_that_the_program_has_disconnected_is_not_carried_out() {
    let (mut sim, page) = joined();
    sim.click(page, Bench::go.click);
    sim.click(page, Bench::go.click);
    let id = sim.pages[page].id;
    sim.with(|engine, now, fx| engine.disconnect(now, id, "logged out".into(), fx)).unwrap();
    sim.rest();
    assert_eq!(gos(&sim), 1);
}

/// Everybody sees a setting from its arrival on, so the device must get it.
#[test]
fn p2_a_setting_in_effect_reaches_the_device_however_long_the_device_is_busy() {
    let (mut sim, page) = joined();
    sim.click(page, Bench::go.click);
    let setting = sim.send(page, Bench::x.value, 7.0);
    sim.pass(600_000);
    sim.rest();
    assert_eq!((sim.pages[page].outcome(setting), sim.device::<Rig>().moves()), (APPLIED, vec![0.0, 7.0]));
}

/// The callbacks of an expired click did not run, but its client's private callbacks must not miss the values that
/// came with it.
#[test]
fn p2_values_that_a_private_callback_sees_survive_the_click_that_they_came_with() {
    let (mut sim, page) = joined();
    sim.click(page, Bench::look.click);
    let session = sim.pages[page].session.clone();
    let asking = Asking { session: Some(&session), ..Asking::default() };
    sim.ask_all(asking, &[("look.click", json!(null)), ("z.value", json!(3))]).unwrap();
    sim.pass(6_000);
    sim.rest();
    assert_eq!(sim.device::<Rig>().did.len(), 2, "moved once at the start, and looked once");
    sim.click(page, Bench::look.click);
    sim.rest();
    assert_eq!(sim.shown(page, Bench::view.text), json!("3 0"));
}

#[test]
fn p4_a_request_with_an_event_and_a_value_keeps_the_value_and_says_that_the_event_expired() {
    let (mut sim, page) = joined();
    sim.click(page, Bench::go.click);
    let asking = Asking::default();
    let asked = sim.ask_all(asking, &[("go.click", json!(null)), ("x.value", json!(7))]).unwrap();
    sim.pass(6_000);
    sim.rest();
    assert_eq!((gos(&sim), sim.device::<Rig>().moves()), (1, vec![0.0, 7.0]));
    let Some(Outcome::Failed(why)) = sim.answered.get(&asked) else { panic!("{:?}", sim.answered.get(&asked)) };
    assert!(why.contains("go.click") && why.contains("more than 5 s"), "{why}");
}

#[test]
fn p4_a_request_for_an_event_alone_expires_in_the_queue() {
    let (mut sim, page) = joined();
    sim.click(page, Bench::go.click);
    let asked = sim.ask((1, None, None), Bench::go.click, json!(null)).unwrap();
    sim.pass(6_000);
    assert!(matches!(sim.answered.get(&asked), Some(Outcome::Refused(refusal)) if refusal.kind() == "expired"));
    sim.rest();
    assert_eq!(gos(&sim), 1);
}

/// The program decides itself how long its events are valid.
#[test]
fn an_event_of_the_program_does_not_expire() {
    let (mut sim, page) = joined();
    sim.click(page, Bench::go.click);
    sim.fire(Whom::All, Bench::go.click).unwrap();
    sim.pass(60_000);
    sim.rest();
    assert_eq!(gos(&sim), 2);
}

#[components]
struct Crane {
    lift: Button,
    stretch: Button,
    boom: Dial,
    other: Dial,
    note: Label,
}

#[callback_shared(on = Crane::lift.click, lifespan = "1.5s")]
fn lift(done: &mut Vec<&'static str>) {
    done.push("lift");
}

/// May wait for long: nobody is hurt.
#[callback_shared(on = Crane::stretch.click, lifespan = "1min")]
fn stretch(done: &mut Vec<&'static str>) {
    done.push("stretch");
}

#[callback_shared(initial = false, lifespan = "2s")]
fn turn(done: &mut Vec<&'static str>, #[input(Crane::boom.value)] _to: f64) {
    done.push("turn");
}

/// Started by the same value, and content with an older one.
#[callback_shared(initial = false, output = Crane::note.text)]
fn write_down(#[input(Crane::boom.value)] to: f64, #[input(Crane::other.value)] other: f64) -> String {
    format!("{to} {other}")
}

impl Dashboard for Crane {
    type Device = Vec<&'static str>;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![lift, stretch, turn, write_down];

    fn layout(self) -> Element {
        place((self.lift, self.stretch, self.boom, self.other, self.note))
    }
}

#[test]
fn p4_a_callback_may_set_the_age_of_the_commands_that_start_it() {
    let mut sim = Sim::new::<Crane>(Vec::new());
    let page = sim.join();
    sim.pass(100_000);
    let props = [sim.no(Crane::lift.click), sim.no(Crane::stretch.click), sim.no(Crane::boom.value)];
    let [lift, stretch, boom] = props;
    let other = sim.no(Crane::other.value);
    let mut number = 0;
    for (prop, age, outcome) in [
        (lift, 1_500, APPLIED),
        (lift, 1_501, EXPIRED),
        (stretch, 59_000, APPLIED),
        (boom, 2_000, APPLIED),
        // The callback that is content with an older value does not get it either: the value is refused.
        (boom, 2_001, EXPIRED),
        (other, 59_000, APPLIED),
    ] {
        number += 1;
        let value = if prop == boom || prop == other { json!(1) } else { json!(null) };
        sim.deliver(page, &json!({ "n": number, "p": prop, "v": value, "at": 100_000 - age }).to_string());
        sim.rest();
        assert_eq!(sim.pages[page].outcome(number), outcome, "command {number}");
    }
    assert_eq!(*sim.device::<Vec<&str>>(), ["lift", "stretch", "turn"]);
    let told = &sim.pages[page].told[&2][0][1];
    assert_eq!(told, "asked for 1.5 s ago, which is more than 1.5 s");
}

#[test]
fn p4_the_age_that_a_callback_sets_counts_in_its_queue() {
    let mut sim = Sim::new::<Crane>(Vec::new());
    let page = sim.join();
    sim.rest();
    let first = sim.click(page, Crane::stretch.click);
    let (lift, stretch) = (sim.click(page, Crane::lift.click), sim.click(page, Crane::stretch.click));
    sim.pass(1_600);
    sim.poll_woken();
    assert_eq!((sim.pages[page].outcome(lift), sim.pages[page].outcome(stretch)), (EXPIRED, None));
    sim.pass(20_000);
    sim.rest();
    assert_eq!((sim.pages[page].outcome(first), sim.pages[page].outcome(stretch)), (APPLIED, APPLIED));
    assert_eq!(*sim.device::<Vec<&str>>(), ["stretch", "stretch"]);
}

#[test]
fn p4_an_event_that_expired_frees_its_place_in_the_queue() {
    let mut sim = Sim::with_limits::<Bench>(Rig::default(), Limits { queue: 1, ..Limits::default() });
    let page = sim.join();
    sim.rest();
    sim.click(page, Bench::go.click);
    sim.click(page, Bench::go.click);
    sim.pass(6_000);
    let third = sim.click(page, Bench::go.click);
    sim.rest();
    assert_eq!((sim.pages[page].outcome(third), gos(&sim)), (APPLIED, 2));
}

#[test]
fn a_page_learns_the_servers_clock_with_its_welcome_and_with_each_pong() {
    let (mut sim, page) = joined();
    sim.pass(1_234);
    sim.deliver(page, r#"{"t":"ping"}"#);
    assert_eq!(sim.answer(), json!({ "t": "pong", "now": 1_234 }));
    assert_eq!(sim.pages[page].clock, Duration::ZERO, "of its welcome");
    sim.cut(page);
    sim.connect(page);
    assert_eq!(sim.pages[page].clock, Duration::from_millis(1_234));
}
