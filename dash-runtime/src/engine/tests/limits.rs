//! P7 and P8: every resource has a limit and reports when it is reached, and an undeclared property cannot be written.

use serde_json::{Value as Json, json};

use dash_macros::{callback_shared, callbacks, changes, components};

use super::{
    bench::{Bench, Rig},
    parts::{Choice, Dial, Field, Label, place},
    private::Looks,
    sim::Sim,
};
use crate::{callback::Callbacks, dashboard::Dashboard, element::Element, protocol::limits::Limits};

#[components]
struct Form {
    level: Dial,
    name: Field,
    kind: Choice,
    out: Label,
}

#[callback_shared(output = Form::out.text)]
fn show(#[input(Form::level.value)] level: f64, #[input(Form::kind.value)] kind: &str) -> String {
    format!("{level} {kind}")
}

impl Dashboard for Form {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![show];

    fn layout(self) -> Element {
        let kind = self.kind.options(vec!["fast".to_owned(), "slow".to_owned()]).value("fast");
        place((self.level.min(0.0), self.name, kind, self.out))
    }
}

#[test]
fn p7_a_full_queue_refuses_and_goes_on_when_there_is_room() {
    let limits = Limits { queue: 3, ..Limits::default() };
    let mut sim = Sim::with_limits::<Bench>(Rig::default(), limits);
    let (a, b) = (sim.join(), sim.join());
    sim.rest();
    let clicks: Vec<u64> = (0..5).map(|_| sim.click(a, Bench::go.click)).collect();
    let other = sim.click(b, Bench::go.click);
    let elsewhere = sim.send(b, Bench::z.value, 1.0);
    sim.finish_one("go");
    let later = sim.click(b, Bench::go.click);
    sim.rest();
    let codes: Vec<_> = clicks.iter().map(|number| sim.pages[a].outcome(*number).unwrap()).collect();
    assert_eq!(codes, [0, 0, 0, 0, 4]);
    assert_eq!(sim.pages[b].refusal(other), Some("busy"));
    assert_eq!((sim.pages[b].outcome(elsewhere), sim.pages[b].outcome(later)), (Some(0), Some(0)));
    assert_eq!(sim.engine.counts().refused["busy"], 2);
}

#[test]
fn fault_a_value_of_any_size_takes_ten_times_as_much_memory() {
    let limits = Limits { value_size: 10, ..Limits::default() };
    let mut sim = Sim::with_limits::<Form>((), limits);
    let page = sim.join();
    sim.rest();
    assert_eq!(sim.shown(page, Form::out.text), "0 fast");
    let number = sim.send(page, Form::level.value, 0.125);
    sim.rest();
    let why = "the value of `out.text` has 12 bytes, and the limit is 10 (Limits::value_size)";
    assert_eq!(sim.pages[page].outcome(number), Some(3));
    assert_eq!(sim.bad(page, Form::out.text), Some(why));
    assert_eq!(sim.shown(page, Form::out.text), "0 fast", "the last value stays");
    let pushed = sim.push(changes![Form::name.value = "123456789"]);
    let why = why.replace("out.text", "name.value").replace("12 bytes", "11 bytes");
    assert_eq!(pushed.unwrap_err().to_string(), format!("not pushed: {why}"));
    sim.push(changes![Form::name.value = "12345678"]).unwrap();
    sim.send(page, Form::level.value, 0.5);
    sim.rest();
    assert_eq!(sim.shown(page, Form::out.text), "0.5 fast");
    assert_eq!(sim.engine.counts().too_large, 2);
}

#[test]
fn p7_a_value_that_merges_needs_no_room() {
    let limits = Limits { queue: 2, ..Limits::default() };
    let mut sim = Sim::with_limits::<Bench>(Rig::default(), limits);
    let page = sim.join();
    sim.rest();
    sim.click(page, Bench::go.click);
    sim.click(page, Bench::go.click);
    let numbers: Vec<u64> = (0..5).map(|to| sim.send(page, Bench::x.value, f64::from(to))).collect();
    sim.rest();
    let codes: Vec<_> = numbers.iter().map(|number| sim.pages[page].outcome(*number).unwrap()).collect();
    assert_eq!(codes, [2, 2, 2, 2, 0]);
    assert_eq!(sim.shown(page, Bench::pos.text), "4");
}

/// A command that was taken gets its outcome, however many views and ticks wait.
#[test]
fn p3_many_clients_views_do_not_use_up_the_room_for_commands() {
    let limits = Limits { queue: 2, ..Limits::default() };
    let mut sim = Sim::with_limits::<Looks>(Rig::default(), limits);
    let pages: Vec<_> = (0..6).map(|_| sim.join()).collect();
    sim.rest();
    for to in 1..=4 {
        sim.send(pages[0], Looks::x.value, f64::from(to));
    }
    sim.rest();
    for page in pages {
        assert_eq!(sim.shown(page, Looks::seen.text), "4");
    }
}

#[test]
fn s_more_commands_than_may_be_outstanding_are_refused() {
    let limits = Limits { outstanding: 3, ..Limits::default() };
    let mut sim = Sim::with_limits::<Bench>(Rig::default(), limits);
    let (a, b) = (sim.join(), sim.join());
    sim.rest();
    let numbers: Vec<u64> = (0..5).map(|_| sim.click(a, Bench::go.click)).collect();
    let other = sim.click(b, Bench::go.click);
    sim.rest();
    let codes: Vec<_> = numbers.iter().map(|number| sim.pages[a].outcome(*number).unwrap()).collect();
    assert_eq!(codes, [0, 0, 0, 4, 4]);
    assert_eq!(sim.pages[a].refusal(numbers[4]), Some("outstanding"));
    assert_eq!(sim.pages[b].outcome(other), Some(0), "each client has its own limit");
}

#[test]
fn s_more_commands_per_second_than_allowed_are_refused() {
    let limits = Limits { commands_per_second: 10, ..Limits::default() };
    let mut sim = Sim::with_limits::<Bench>(Rig::default(), limits);
    let page = sim.join();
    sim.rest();
    let burst = |sim: &mut Sim, count: usize| {
        let numbers: Vec<u64> = (0..count).map(|_| sim.send(page, Bench::name.value, "n")).collect();
        sim.rest();
        let refused = |number: &&u64| sim.pages[page].refusal(**number) == Some("rate");
        numbers.iter().filter(refused).count()
    };
    assert_eq!(burst(&mut sim, 12), 2);
    sim.pass(500);
    assert_eq!(burst(&mut sim, 12), 7);
    sim.pass(10_000);
    assert_eq!(burst(&mut sim, 12), 2, "tokens are saved for one second at most");
}

#[test]
fn p8_only_what_is_declared_can_be_written() {
    let mut sim = Sim::new::<Form>(());
    let page = sim.join();
    sim.rest();
    let before = (sim.pages[page].values.clone(), sim.runs());
    let unknown = sim.pages[page].kinds.len();
    let cases: Vec<(usize, Json, &str)> = vec![
        (sim.no(Form::out.text), json!("hacked"), "not_writable"),
        (sim.no(Form::level.max), json!(1e9), "not_writable"),
        (sim.no(Form::kind.options), json!(["evil"]), "not_writable"),
        (unknown, json!(1), "unknown_property"),
        (sim.no(Form::level.value), json!("40"), "wrong_type"),
        (sim.no(Form::level.value), json!(null), "wrong_type"),
        (sim.no(Form::level.value), json!([1]), "wrong_type"),
        (sim.no(Form::level.value), json!(-0.5), "out_of_range"),
        (sim.no(Form::level.value), json!(9010), "out_of_range"),
        (sim.no(Form::name.value), json!("ninechars"), "out_of_range"),
        (sim.no(Form::kind.value), json!("evil"), "not_an_option"),
    ];
    for (prop, value, kind) in cases {
        let (number, text) = sim.pages[page].command(prop, &value);
        sim.deliver(page, &text);
        sim.poll_woken();
        assert_eq!(sim.pages[page].refusal(number), Some(kind), "{value}");
    }
    sim.rest();
    assert_eq!(before, (sim.pages[page].values.clone(), sim.runs()), "nothing changed and nothing ran");
    let number = sim.send(page, Form::level.value, 100);
    sim.rest();
    assert_eq!(sim.pages[page].outcome(number), Some(0), "bounds are within, and a whole number is a number");
}

#[test]
fn what_is_no_command_is_answered_and_changes_nothing() {
    let mut sim = Sim::new::<Form>(());
    let page = sim.join();
    sim.rest();
    for (text, kind) in [("{", "malformed"), ("[]", "malformed"), (r#"{"n":1}"#, "malformed")] {
        sim.deliver(page, text);
        assert_eq!((&sim.answer()["t"], &sim.answer()["kind"]), (&json!("refused"), &json!(kind)));
    }
    let hello = sim.pages[page].hello("x", None);
    sim.deliver(page, &hello);
    assert_eq!(sim.answer()["kind"], "greeted");
    sim.deliver(page, r#"{"t":"ping"}"#);
    assert_eq!(sim.answer(), json!({ "t": "pong", "now": 0 }));
    assert_eq!(sim.engine.counts().refused["malformed"], 3);
    sim.rest();
}
