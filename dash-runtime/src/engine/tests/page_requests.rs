//! Commands of a page that come by request: the same numbers, the same outcomes, and the newer states in the response.

use serde_json::{Value as Json, json};

use super::{
    bench::{Bench, Did, Rig},
    sim::{Sim, json_of},
};
use crate::protocol::{client::Refusal, limits::Limits, server::Outcome};

fn sim() -> Sim {
    let mut sim = Sim::new::<Bench>(Rig::default());
    sim.join();
    sim.rest();
    sim
}

/// The response to a request of a page at revision `rev`.
fn peek(sim: &Sim, asked: &crate::engine::page_requests::PageRequest, rev: u64) -> Json {
    json_of(&sim.engine.peek(asked, Some(("e1", rev))))
}

/// P1.
#[test]
fn p1_commands_have_one_order_whichever_way_they_come() {
    let mut sim = sim();
    sim.ask_page(0, Bench::x.value, 1.0);
    sim.click(0, Bench::go.click);
    sim.ask_page(0, Bench::x.value, 2.0);
    let last = sim.ask_page(0, Bench::go.click, ());
    sim.rest();
    use Did::{Go, Move};
    assert_eq!(sim.device::<Rig>().did[1..], [Move(1.0), Go(1.0, 0.0), Move(2.0), Go(2.0, 0.0)]);
    assert!(
        (1..=4).all(|number| sim.pages[0].outcome(number) == Some(0)),
        "each outcome comes through the socket, too"
    );
    assert!(matches!(sim.answered[&last.request], Outcome::Applied { .. }));
}

/// P3: a command is sent again because its response was lost. It acts once and gets the same response.
#[test]
fn p3_a_command_that_comes_again_is_answered_again() {
    let mut sim = sim();
    let asked = sim.ask_page(0, Bench::go.click, ());
    let text = sim.pages[0].sent[&1].clone();
    let again = sim.deliver_by_request(0, &text).unwrap();
    assert_eq!(again, asked, "while it is running, both wait for it");
    sim.rest();
    let outcome = sim.answered[&asked.request].clone();
    let afterwards = sim.deliver_by_request(0, &text).unwrap();
    assert_eq!(sim.answered[&afterwards.request], outcome);
    sim.deliver(0, &text);
    sim.rest();
    assert_eq!(sim.device::<Rig>().gos().len(), 1);
}

#[test]
fn only_the_next_command_of_a_page_is_taken() {
    let mut sim = sim();
    let mut ask = |text: &str| sim.deliver_by_request(0, text).unwrap_err();
    assert_eq!(ask(r#"{"n":2,"p":0,"v":1}"#), Refusal::Gap { expected: 1 });
    assert_eq!(ask(r#"{"t":"ping"}"#).kind(), "malformed");
    assert_eq!(ask("").kind(), "malformed");
    let token = std::mem::take(&mut sim.pages[0].session);
    assert_eq!(sim.deliver_by_request(0, r#"{"n":1,"p":0,"v":1}"#), Err(Refusal::NoSession));
    sim.pages[0].session = token;
    let first = sim.ask_page(0, Bench::x.value, 1.0);
    assert_eq!(first.number, 1, "no number was used");
}

/// A refusal is an outcome like any other: the number is used.
#[test]
fn a_refusal_is_in_the_response() {
    let mut sim = sim();
    let asked = sim.ask_page(0, Bench::x.value, 1e9);
    assert!(matches!(&sim.answered[&asked.request], Outcome::Refused(refusal) if refusal.kind() == "out_of_range"));
    let told = peek(&sim, &asked, sim.engine.rev());
    assert_eq!((&told["a"][0][1], &told["a"][0][2]), (&json!(4), &json!("out_of_range")));
}

#[test]
fn the_response_has_the_newer_states_and_nothing_else() {
    let mut sim = sim();
    let before = sim.engine.rev();
    let asked = sim.ask_page(0, Bench::x.value, 3.0);
    let (x, sum) = (sim.no(Bench::x.value), sim.no(Bench::sum.text));
    let at_work = peek(&sim, &asked, before);
    assert_eq!(at_work["p"], json!([[x, 3.0]]));
    assert_eq!((&at_work["a"][0][0], &at_work["a"][0][1]), (&json!(1), &json!(1)), "accepted");
    sim.finish_all();
    let done = peek(&sim, &asked, before);
    let has = |frame: &Json, part: Json| frame["p"].as_array().is_some_and(|parts| parts.contains(&part));
    assert!(has(&done, json!([sum, "3"])) && done["a"][0][1] == 0, "{done}");
    assert!(has(&done, json!([sim.no(Bench::hello.text), "@3"])), "its own values, too: {done}");
    assert_eq!(peek(&sim, &asked, sim.engine.rev())["p"], Json::Null);
    // From another run, from the future, or from no run: the response has everything.
    for place in [Some(("e0", before)), Some(("e1", 1_000)), None] {
        let all = json_of(&sim.engine.peek(&asked, place));
        let states = sim.engine.slots().filter(|slot| slot.value().is_some()).count();
        assert!(all["p"].as_array().unwrap().len() >= states, "{place:?}: {all}");
    }
}

/// P5: the response takes nothing from what the socket brings, and adds no item of a stream twice.
#[test]
fn p5_the_response_takes_nothing_from_the_socket() {
    let mut sim = sim();
    let before = sim.pages[0].rev;
    let asked = sim.ask_page(0, Bench::go.click, ());
    sim.finish_all();
    let ahead = peek(&sim, &asked, before);
    assert_eq!((&ahead["s"], &ahead["p"][0][1]), (&Json::Null, &json!("1")));
    sim.rest();
    assert_eq!(sim.items(0, Bench::trace.items), [json!(1)]);
    assert_eq!(sim.shown(0, Bench::count.text), json!("1"));
}

/// A page without a socket keeps its session too.
#[test]
fn a_page_without_a_socket_is_answered() {
    let mut sim = sim();
    sim.cut(0);
    let before = sim.engine.rev();
    let asked = sim.ask_page(0, Bench::ask.click, ());
    sim.finish_all();
    assert_eq!(peek(&sim, &asked, before)["p"], json!([[sim.no(Bench::answer.text), "#1"]]));
    sim.connect(0);
    sim.rest();
    assert_eq!((sim.pages[0].outcome(1), sim.shown(0, Bench::answer.text)), (Some(0), json!("#1")));
}

#[test]
fn a_request_for_a_forgotten_page_gets_an_outcome() {
    let limits = Limits { detached_clients: 0, ..Limits::default() };
    let mut sim = Sim::with_limits::<Bench>(Rig::default(), limits);
    sim.join();
    sim.rest();
    let asked = sim.ask_page(0, Bench::ask.click, ());
    sim.cut(0);
    sim.join();
    assert_eq!(sim.answered[&asked.request], Outcome::Unknown);
}
