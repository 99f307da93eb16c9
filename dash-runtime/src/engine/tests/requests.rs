//! Commands over HTTP: the same checks, order and outcomes as for a page.

use std::time::Duration;

use serde_json::json;

use super::{
    bench::{Bench, Did, Rig},
    sim::Sim,
};
use crate::{
    engine::requests::RequestNo,
    protocol::{client::Refusal, limits::Limits, server::Outcome},
};

/// From the address 127.0.0.1, without a page and without a key.
const ANYBODY: (u8, Option<&str>, Option<(&str, u64)>) = (1, None, None);

fn sim() -> Sim {
    let mut sim = Sim::new::<Bench>(Rig::default());
    sim.join();
    sim.rest();
    sim
}

fn is_applied(sim: &Sim, request: RequestNo) -> bool {
    matches!(sim.answered.get(&request), Some(Outcome::Applied { .. }))
}

#[test]
fn a_request_is_answered_when_its_callbacks_are_done() {
    let mut sim = sim();
    let request = sim.ask(ANYBODY, Bench::x.value, 3.0).unwrap();
    assert_eq!(sim.answered.get(&request), None);
    assert_eq!(sim.engine.in_effect_since(request), Some(sim.engine.rev()), "the value has taken effect");
    sim.rest();
    let shown_at = sim.engine.slots().nth(sim.no(Bench::sum.text)).unwrap().rev();
    assert_eq!(sim.answered[&request], Outcome::Applied { rev: shown_at });
    assert_eq!((sim.shown(0, Bench::x.value), sim.shown(0, Bench::sum.text)), (json!(3.0), json!("3")));
}

/// P1: commands of an island have the order in which they arrive, from pages and from requests.
#[test]
fn p1_requests_and_frames_have_one_order() {
    let mut sim = sim();
    sim.engine.scheduler.parts_mut().for_each(|part| part.downcast_mut::<Rig>().unwrap().did.clear());
    sim.ask(ANYBODY, Bench::x.value, 1.0).unwrap();
    sim.click(0, Bench::go.click);
    sim.ask(ANYBODY, Bench::x.value, 2.0).unwrap();
    sim.ask(ANYBODY, Bench::go.click, ()).unwrap();
    sim.send(0, Bench::x.value, 3.0);
    sim.click(0, Bench::go.click);
    sim.rest();
    let did = &sim.device::<Rig>().did;
    use Did::{Go, Move};
    assert_eq!(*did, [Move(1.0), Go(1.0, 0.0), Move(2.0), Go(2.0, 0.0), Move(3.0), Go(3.0, 0.0)]);
}

#[test]
fn a_waiting_value_gives_way_to_a_newer_one_of_the_same_address_only() {
    let mut sim = sim();
    let runs = sim.ask(ANYBODY, Bench::x.value, 1.0).unwrap();
    let merged = sim.ask(ANYBODY, Bench::x.value, 2.0).unwrap();
    let stays = sim.ask((2, None, None), Bench::x.value, 3.0).unwrap();
    let last = sim.ask(ANYBODY, Bench::x.value, 4.0).unwrap();
    sim.rest();
    assert!([runs, stays, last].iter().all(|request| is_applied(&sim, *request)), "{:?}", sim.answered);
    assert!(matches!(sim.answered[&merged], Outcome::Merged { .. }));
    assert_eq!(sim.device::<Rig>().moves()[1..], [1.0, 3.0, 4.0]);
}

#[test]
fn a_failure_is_the_answer() {
    let mut sim = sim();
    let request = sim.ask(ANYBODY, Bench::go.click, ()).unwrap();
    let at = sim.run_of("go");
    sim.panic(at, "no film");
    assert_eq!(sim.answered[&request], Outcome::Failed("`go` panicked: no film".to_owned()));
}

/// P8: a request gets the same checks as a frame.
#[test]
fn p8_requests_are_checked_as_frames_are() {
    let mut sim = sim();
    let before = sim.engine.rev();
    let kind = |refused: Result<RequestNo, Refusal>| refused.unwrap_err().kind();
    assert_eq!(kind(sim.ask(ANYBODY, Bench::x.value, "fast")), "wrong_type");
    assert_eq!(kind(sim.ask(ANYBODY, Bench::x.value, 1e9)), "out_of_range");
    assert_eq!(kind(sim.ask(ANYBODY, Bench::pos.text, "3")), "not_writable");
    assert_eq!(kind(sim.ask((1, Some("nobody"), None), Bench::x.value, 1.0)), "no_session");
    assert_eq!((sim.engine.rev(), sim.jobs.len()), (before, 0));
    assert_eq!(sim.engine.counts().refused.values().sum::<u64>(), 4, "the refusals are counted");
}

#[test]
fn a_private_value_is_written_for_the_page_that_is_named_and_for_no_other() {
    let mut sim = sim();
    sim.join();
    sim.rest();
    let token = sim.pages[1].session.clone();
    for refused in [sim.ask(ANYBODY, Bench::name.value, "ada"), sim.ask(ANYBODY, Bench::ask.click, ())] {
        assert_eq!(refused.unwrap_err().kind(), "private");
    }
    let named = (1, Some(&*token), None);
    let name = sim.ask(named, Bench::name.value, "ada").unwrap();
    let ask = sim.ask(named, Bench::ask.click, ()).unwrap();
    sim.rest();
    assert!(is_applied(&sim, name) && is_applied(&sim, ask), "{:?}", sim.answered);
    assert_eq!((sim.shown(0, Bench::answer.text), sim.shown(1, Bench::answer.text)), (json!(""), json!("ada#1")));
    // The page's own numbers are not affected.
    let click = sim.click(1, Bench::ask.click);
    sim.rest();
    assert_eq!((click, sim.pages[1].outcome(click), sim.shown(1, Bench::answer.text)), (1, Some(0), json!("ada#2")));
}

/// P3.
#[test]
fn p3_a_request_that_comes_again_with_its_key_is_not_done_again() {
    let mut sim = sim();
    let keyed = |hash| (1, None, Some(("k1", hash)));
    let first = sim.ask(keyed(7), Bench::go.click, ()).unwrap();
    let while_it_runs = sim.ask(keyed(7), Bench::go.click, ()).unwrap();
    sim.rest();
    let outcome = sim.answered.remove(&first).unwrap();
    let afterwards = sim.ask(keyed(7), Bench::go.click, ()).unwrap();
    assert_eq!((while_it_runs, afterwards), (first, first));
    assert_eq!(sim.answered[&first], outcome, "with the same outcome");
    assert_eq!(sim.ask(keyed(8), Bench::x.value, 1.0).unwrap_err(), Refusal::KeyReused);
    // The same key from another address is another key.
    let other = sim.ask((2, None, Some(("k1", 7))), Bench::go.click, ()).unwrap();
    sim.rest();
    assert_ne!(other, first);
    assert_eq!(sim.device::<Rig>().gos().len(), 2);
}

/// A request that starts no queue is answered within its own event.
#[test]
fn p3_a_request_that_is_answered_at_once_is_remembered_too() {
    let mut sim = sim();
    let keyed = (1, None, Some(("k1", 7)));
    let first = sim.ask(keyed, Bench::y.value, 1.0).unwrap();
    sim.rest();
    let before = sim.answered.clone();
    sim.send(0, Bench::y.value, 2.0);
    sim.rest();
    assert_eq!(sim.ask(keyed, Bench::y.value, 1.0).unwrap(), first);
    assert_eq!((sim.shown(0, Bench::y.value), &sim.answered), (json!(2.0), &before));
}

#[test]
fn p3_what_was_refused_may_be_asked_again_with_the_same_key() {
    let limits = Limits { queue: 1, ..Limits::default() };
    let mut sim = Sim::with_limits::<Bench>(Rig::default(), limits);
    for _ in 0..2 {
        sim.ask(ANYBODY, Bench::go.click, ()).unwrap();
    }
    let keyed = (1, None, Some(("k1", 7)));
    assert_eq!(sim.ask(keyed, Bench::go.click, ()).unwrap_err().kind(), "busy");
    sim.rest();
    let again = sim.ask(keyed, Bench::go.click, ()).unwrap();
    sim.rest();
    assert!(is_applied(&sim, again));
    assert_eq!(sim.device::<Rig>().gos().len(), 3);
}

#[test]
fn p7_an_address_has_a_rate_limit() {
    let limits = Limits { commands_per_second: 4, outstanding: 3, callers: 2, outcomes: 2, ..Limits::default() };
    let mut sim = Sim::with_limits::<Bench>(Rig::default(), limits);
    for _ in 0..3 {
        sim.ask(ANYBODY, Bench::go.click, ()).unwrap();
    }
    assert_eq!(sim.ask(ANYBODY, Bench::go.click, ()).unwrap_err(), Refusal::Outstanding(3));
    assert_eq!(sim.ask(ANYBODY, Bench::go.click, ()).unwrap_err(), Refusal::Rate(4));
    // Other addresses are not affected.
    sim.ask((2, None, None), Bench::go.click, ()).unwrap();
    sim.rest();
    assert_eq!(sim.ask(ANYBODY, Bench::go.click, ()).unwrap_err(), Refusal::Rate(4));
    sim.pass(1000);
    // Only the latest keys are remembered.
    for key in ["a", "b", "c"] {
        sim.ask((1, None, Some((key, 0))), Bench::go.click, ()).unwrap();
        sim.rest();
    }
    let (runs, ask) = (sim.runs(), |sim: &mut Sim, key| sim.ask((1, None, Some((key, 0))), Bench::go.click, ()));
    ask(&mut sim, "c").unwrap();
    sim.rest();
    assert_eq!(sim.runs(), runs, "remembered");
    sim.pass(1000);
    ask(&mut sim, "a").unwrap();
    sim.rest();
    assert!(sim.runs() > runs, "forgotten");
    // Only a limited number of addresses is remembered. The one that was silent for longest is replaced, with its keys.
    sim.pass(1000);
    for address in 3..40 {
        sim.ask((address, None, None), Bench::go.click, ()).unwrap();
        sim.rest();
    }
    let runs = sim.runs();
    ask(&mut sim, "a").unwrap();
    sim.rest();
    assert!(sim.runs() > runs);
}

/// Requests that wait in the queues of a forgotten page get the outcome `unknown`.
#[test]
fn a_request_for_a_page_that_is_forgotten_is_answered() {
    let limits = Limits { detached_clients: 0, ..Limits::default() };
    let mut sim = Sim::with_limits::<Bench>(Rig::default(), limits);
    sim.join();
    sim.rest();
    let token = sim.pages[0].session.clone();
    let request = sim.ask((1, Some(&token), None), Bench::ask.click, ()).unwrap();
    sim.cut(0);
    sim.pass(Duration::from_secs(1).as_millis() as u64);
    sim.ask(ANYBODY, Bench::y.value, 1.0).unwrap();
    assert_eq!(sim.answered[&request], Outcome::Unknown);
}
