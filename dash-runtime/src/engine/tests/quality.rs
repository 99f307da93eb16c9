//! P6 and G17: a failure is shown on the value and reported to the sender, and everything else goes on.

use dash_macros::{callback, callback_shared, callbacks, components};
use serde_json::json;

use super::{
    parts::{Button, Dial, Label, place},
    sim::Sim,
};
use crate::{callback::Callbacks, dashboard::Dashboard, element::Element};

#[components]
struct Risky {
    x: Dial,
    out: Label,
    after: Label,
    beside: Label,
    own: Label,
    ask: Button,
    answer: Label,
}

fn half(x: f64) -> Result<String, String> {
    if x < 0.0 { Err("below zero".to_owned()) } else { Ok((x / 2.0).to_string()) }
}

#[callback_shared(output = Risky::out.text)]
fn risk(runs: &mut u32, #[input(Risky::x.value)] x: f64) -> Result<String, String> {
    *runs += 1;
    half(x)
}

#[callback_shared(output = Risky::after.text)]
fn after(#[input(Risky::out.text)] out: String) -> String {
    out
}

/// In the same island, with the same input.
#[callback_shared(output = Risky::beside.text)]
fn beside(runs: &mut u32, #[input(Risky::x.value)] x: f64) -> String {
    *runs += 1;
    x.to_string()
}

/// Started by a shared property. No command starts it, so it has no outcome.
#[callback(output = Risky::own.text)]
fn own(#[input(Risky::x.value)] x: f64) -> Result<String, String> {
    half(x)
}

#[callback(on = Risky::ask.click, output = Risky::answer.text)]
fn answer(#[session] asks: &mut u32, #[state(Risky::x.value)] x: f64) -> Result<String, String> {
    *asks += 1;
    half(x).map(|half| format!("{half}#{asks}"))
}

impl Dashboard for Risky {
    type Device = u32;
    type Session = u32;
    const CALLBACKS: Callbacks<Self> = callbacks![risk, after, beside, own, answer];

    fn layout(self) -> Element {
        place((self.x, self.out, self.after, self.beside, self.own, self.ask, self.answer))
    }
}

#[test]
fn p6_what_a_failed_callback_writes_is_bad_until_it_succeeds() {
    let mut sim = Sim::new::<Risky>(0);
    let (a, b) = (sim.join(), sim.join());
    sim.rest();
    let number = sim.send(a, Risky::x.value, -4.0);
    sim.rest();
    for page in [a, b] {
        assert_eq!(sim.bad(page, Risky::out.text), Some("below zero"));
        assert_eq!(sim.shown(page, Risky::out.text), "0", "the last good value, marked");
        assert_eq!(sim.shown(page, Risky::beside.text), "-4", "other callbacks are not affected");
        assert_eq!(sim.bad(page, Risky::beside.text), None);
    }
    assert_eq!(sim.pages[a].told[&number].last().unwrap()[..], [json!(3), json!("below zero")]);
    let late = sim.join();
    assert_eq!(sim.bad(late, Risky::out.text), Some("below zero"), "a new client sees it too");
    sim.send(b, Risky::x.value, 4.0);
    sim.rest();
    assert_eq!((sim.bad(a, Risky::out.text), sim.shown(a, Risky::after.text)), (None, "2".into()));
}

#[test]
fn g17_a_panic_fails_its_own_run_only_and_the_device_comes_back() {
    let mut sim = Sim::new::<Risky>(0);
    let page = sim.join();
    sim.rest();
    let runs = *sim.device::<u32>();
    let first = sim.send(page, Risky::x.value, 2.0);
    let run = sim.run_of("risk");
    sim.panic(run, "index out of bounds");
    let second = sim.send(page, Risky::x.value, 6.0);
    sim.rest();
    assert_eq!(sim.pages[page].outcome(first), Some(3));
    assert_eq!(sim.pages[page].outcome(second), Some(0));
    assert_eq!((sim.shown(page, Risky::after.text), sim.bad(page, Risky::out.text)), ("3".into(), None));
    assert_eq!(*sim.device::<u32>() - runs, 3, "three of four runs got to their end");
    assert_eq!(sim.engine.counts().failures, 1);
}

#[test]
fn g17_session_data_comes_back_after_a_panic() {
    let mut sim = Sim::new::<Risky>(0);
    let page = sim.join();
    sim.rest();
    for _ in 0..2 {
        sim.click(page, Risky::ask.click);
    }
    sim.finish_one("answer");
    let run = sim.run_of("answer");
    sim.panic(run, "no");
    sim.click(page, Risky::ask.click);
    sim.rest();
    assert_eq!(sim.shown(page, Risky::answer.text), "0#2");
}

#[test]
fn p6_a_private_failure_without_a_command_marks_the_value_too() {
    let mut sim = Sim::new::<Risky>(0);
    let (a, b) = (sim.join(), sim.join());
    sim.rest();
    sim.send(a, Risky::x.value, -4.0);
    sim.rest();
    for page in [a, b] {
        assert_eq!(sim.bad(page, Risky::own.text), Some("below zero"));
    }
    sim.cut(b);
    sim.send(a, Risky::x.value, 8.0);
    sim.rest();
    assert_eq!((sim.bad(a, Risky::own.text), sim.shown(a, Risky::own.text)), (None, "4".into()));
    sim.connect(b);
    sim.rest();
    assert_eq!((sim.bad(b, Risky::own.text), sim.shown(b, Risky::own.text)), (None, "4".into()));
}
