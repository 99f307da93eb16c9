//! Several commands in one request: all take effect at one revision and in one turn per queue, or none does.

use dash_macros::{callback, callback_shared, callbacks, changes, components};
use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::{
    parts::{Button, Choice, Dial, Field, Label, place},
    sim::Sim,
};
use crate::{
    callback::Callbacks,
    client::Client,
    dashboard::Dashboard,
    element::Element,
    engine::{
        batch::NotTaken,
        requests::{Asking, RequestNo},
    },
    protocol::{client::Refusal, limits::Limits, server::Outcome},
};

/// The actions of the callbacks, in their order.
#[derive(Debug, Default)]
pub struct Diary(Vec<String>);

#[components]
pub struct Rack {
    pub a: Dial,
    pub b: Dial,
    pub sum: Label,
    pub level: Dial,
    pub reset: Button,
    pub shown: Label,
    pub go: Button,
    pub who: Label,
    pub stop: Button,
    pub scan: Button,
    pub once: Button,
    pub note: Field,
    pub pick: Choice,
    pub name: Field,
    pub hello: Label,
    pub mine: Button,
    pub answer: Label,
}

/// Reads two inputs, and borrows the device.
#[callback_shared(output = Rack::sum.text)]
fn add(diary: &mut Diary, #[input(Rack::a.value)] a: f64, #[input(Rack::b.value)] b: f64) -> String {
    diary.0.push(format!("{a}+{b}"));
    (a + b).to_string()
}

/// In the same queue.
#[callback_shared(on = Rack::go.click, output = Rack::who.text)]
fn go(diary: &mut Diary, client: Option<Client>, #[state(Rack::a.value)] a: f64) -> String {
    diary.0.push(format!("go at {a}"));
    client.map_or_else(|| "nobody".to_owned(), |_| "a page".to_owned())
}

/// Writes a property that `follow` reads. Pages write it too.
#[callback_shared(on = Rack::reset.click, output = Rack::level.value)]
fn reset() -> f64 {
    0.0
}

#[callback_shared(output = Rack::shown.text)]
fn follow(#[input(Rack::level.value)] level: f64) -> String {
    level.to_string()
}

#[callback_shared(on = Rack::scan.click, cancel = Rack::stop.click)]
fn scan(diary: &mut Diary) {
    diary.0.push("scan".to_owned());
}

#[callback_shared(on = Rack::once.click, queue = skip)]
fn once(diary: &mut Diary) -> Result<(), &'static str> {
    diary.0.push("once".to_owned());
    Err("no film")
}

/// Private. Reads a private and a shared property.
#[callback(output = Rack::hello.text)]
fn greet(diary: &mut Diary, #[input(Rack::name.value)] name: &str, #[input(Rack::a.value)] a: f64) -> String {
    diary.0.push(format!("{name}@{a}"));
    format!("{name}@{a}")
}

/// Private, with one queue per client.
#[callback(on = Rack::mine.click, output = Rack::answer.text)]
fn answer(#[state(Rack::name.value)] name: &str) -> String {
    name.to_owned()
}

impl Dashboard for Rack {
    type Device = Diary;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![add, go, reset, follow, scan, once, greet, answer];

    fn layout(self) -> Element {
        place((
            place((self.a, self.b, self.sum, self.level, self.reset, self.shown, self.go, self.who)),
            place((self.stop, self.scan, self.once, self.note, self.name, self.hello, self.mine, self.answer)),
            self.pick.options(vec!["one".to_owned(), "two".to_owned()]),
        ))
    }
}

fn rack() -> (Sim, usize, usize) {
    with_limits(Limits::default())
}

fn with_limits(limits: Limits) -> (Sim, usize, usize) {
    let mut sim = Sim::with_limits::<Rack>(Diary::default(), limits);
    let (a, b) = (sim.join(), sim.join());
    sim.rest();
    sim.engine.scheduler.parts_mut().for_each(|part| part.downcast_mut::<Diary>().unwrap().0.clear());
    (sim, a, b)
}

fn did(sim: &Sim) -> Vec<&str> {
    sim.device::<Diary>().0.iter().map(String::as_str).collect()
}

/// A batch without a page and without a key.
fn set(sim: &mut Sim, wanted: &[(&str, Json)]) -> Result<RequestNo, NotTaken> {
    sim.ask_all(Asking::default(), wanted)
}

fn refused(result: Result<RequestNo, NotTaken>) -> Vec<(usize, &'static str)> {
    match result {
        Err(NotTaken::Items(items)) => items.iter().map(|(at, why)| (*at, why.kind())).collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn all_of_a_batch_is_one_frame_with_what_the_callbacks_made_of_it() {
    let (mut sim, a, b) = rack();
    let before = sim.engine.rev();
    let request = set(&mut sim, &[("a.value", json!(1)), ("note.value", json!("new")), ("b.value", json!(2))]).unwrap();
    let revs = ["a", "b", "note"]
        .map(|component| sim.engine.slot(sim.engine.find_named(&format!("{component}.value")).unwrap()).rev());
    assert_eq!(revs, [before + 1; 3], "one revision");
    assert_eq!((sim.engine.in_effect_since(request), sim.answered.get(&request)), (Some(before + 1), None));
    sim.finish_all();
    for page in [a, b] {
        let frame = sim.poll_lost(page).expect("a frame");
        for part in ["1.0", "2.0", "\"new\"", "\"3\""] {
            assert!(frame.contains(part), "{part} in {frame}");
        }
        assert_eq!(sim.poll_lost(page), None);
    }
    assert!(matches!(sim.answered[&request], Outcome::Applied { rev } if rev > before));
}

#[test]
fn a_callback_with_several_changed_inputs_runs_once() {
    let (mut sim, a, b) = rack();
    let token = sim.pages[a].session.clone();
    let asking = Asking { session: Some(&token), ..Asking::default() };
    let wanted = [("a.value", json!(1)), ("b.value", json!(2)), ("name.value", json!("ada")), ("go.click", Json::Null)];
    let request = sim.ask_all(asking, &wanted).unwrap();
    sim.rest();
    // `go` reads the values that came with its click. The private callback of this page reads both new values, and that
    // of the other page reads the shared one.
    assert_eq!(did(&sim), ["1+2", "go at 1", "ada@1", "@1"]);
    assert_eq!((sim.shown(a, Rack::hello.text), sim.shown(b, Rack::hello.text)), (json!("ada@1"), json!("@1")));
    assert_eq!(sim.shown(b, Rack::who.text), "a page", "a shared callback gets the client");
    assert!(matches!(sim.answered[&request], Outcome::Applied { .. }));
}

/// P8: each item gets the checks of a command. If one is refused, nothing has changed.
#[test]
fn p8_one_bad_item_refuses_all_and_every_bad_one_is_reported() {
    let (mut sim, ..) = rack();
    let (rev, taken) = (sim.engine.rev(), sim.engine.counts().commands);
    let wanted = [
        ("a.value", json!(1)),
        ("b.value", json!(1000)),
        ("sum.text", json!("7")),
        ("nothing.value", json!(1)),
        ("a", json!(1)),
        ("note.value", json!(1)),
        ("pick.value", json!("three")),
        ("name.value", json!("ada")),
        ("a.value", json!(2)),
        ("go.click", Json::Null),
    ];
    assert_eq!(
        refused(set(&mut sim, &wanted)),
        [
            (1, "out_of_range"),
            (2, "not_writable"),
            (3, "unknown_property"),
            (4, "unknown_property"),
            (5, "wrong_type"),
            (6, "not_an_option"),
            (7, "private"),
            (8, "twice"),
        ]
    );
    assert_eq!((sim.engine.rev(), sim.engine.counts().commands, sim.jobs.len()), (rev, taken, 0));
    assert_eq!(sim.engine.counts().refused["unknown_property"], 2, "the refusals are counted");
}

#[test]
fn a_full_queue_refuses_all_of_it() {
    let (mut sim, a, _) = with_limits(Limits { queue: 1, ..Limits::default() });
    sim.send(a, Rack::a.value, 1.0);
    sim.click(a, Rack::go.click);
    let rev = sim.engine.rev();
    let wanted = [("note.value", json!("new")), ("level.value", json!(4)), ("b.value", json!(2))];
    assert_eq!(refused(set(&mut sim, &wanted)), [(2, "busy")]);
    assert_eq!(sim.engine.rev(), rev, "nothing has changed");
    sim.rest();
    set(&mut sim, &wanted).unwrap();
    sim.rest();
    assert_eq!(did(&sim), ["1+0", "@1", "@1", "go at 1", "1+2"]);
}

#[test]
fn a_batch_with_an_item_for_a_busy_skip_callback_is_refused() {
    let (mut sim, ..) = rack();
    set(&mut sim, &[("once.click", Json::Null)]).unwrap();
    let wanted = [("a.value", json!(1)), ("once.click", Json::Null)];
    assert_eq!(refused(set(&mut sim, &wanted)), [(1, "busy")]);
    sim.rest();
    assert_eq!(did(&sim), ["once"]);
    let again = set(&mut sim, &wanted).unwrap();
    sim.rest();
    assert_eq!(did(&sim), ["once", "1+0", "once", "@1", "@1"]);
    assert_eq!(sim.answered[&again], Outcome::Failed("no film".to_owned()));
}

#[test]
fn waiting_items_of_a_batch_are_cancelled_and_the_others_are_not() {
    let (mut sim, a, _) = rack();
    sim.send(a, Rack::a.value, 1.0);
    let request = set(&mut sim, &[("b.value", json!(2)), ("scan.click", Json::Null)]).unwrap();
    sim.click(a, Rack::stop.click);
    sim.rest();
    assert!(!did(&sim).contains(&"scan"), "{:?}", did(&sim));
    assert!(did(&sim).contains(&"1+2"));
    assert_eq!(sim.answered[&request], Outcome::Failed("`scan` was cancelled".to_owned()));
    // A batch with the cancel event also cancels items that wait before it.
    sim.send(a, Rack::a.value, 3.0);
    let waits = sim.click(a, Rack::scan.click);
    set(&mut sim, &[("stop.click", Json::Null)]).unwrap();
    sim.rest();
    assert_eq!((sim.pages[a].outcome(waits), did(&sim).contains(&"scan")), (Some(3), false));
}

/// P1: batches, commands and pushes have one order, and no item merges with a batch.
#[test]
fn p1_a_batch_has_its_place_among_commands_and_pushes() {
    let (mut sim, a, _) = rack();
    sim.send(a, Rack::b.value, 1.0);
    sim.send(a, Rack::a.value, 2.0);
    set(&mut sim, &[("a.value", json!(3)), ("b.value", json!(3))]).unwrap();
    sim.send(a, Rack::a.value, 4.0);
    sim.push(changes![Rack::b.value = 5.0]).unwrap();
    set(&mut sim, &[("a.value", json!(6)), ("b.value", json!(6))]).unwrap();
    set(&mut sim, &[("a.value", json!(7)), ("b.value", json!(7))]).unwrap();
    sim.rest();
    let sums: Vec<&str> = did(&sim).into_iter().filter(|did| did.contains('+')).collect();
    assert_eq!(sums, ["0+1", "2+1", "3+3", "4+3", "4+5", "6+6", "7+7"]);
}

/// P1: the values take effect at once for everybody, and again in their turn if a callback has written the property in
/// between.
#[test]
fn p1_with_two_writers_the_order_of_the_queue_decides_the_final_value() {
    let (mut sim, a, b) = rack();
    sim.click(a, Rack::reset.click);
    let request = set(&mut sim, &[("level.value", json!(40)), ("note.value", json!("x"))]).unwrap();
    sim.poll(b);
    assert_eq!(
        (sim.shown(b, Rack::level.value), sim.shown(b, Rack::note.value)),
        (json!(40.0), json!("x")),
        "both at once"
    );
    sim.rest();
    for page in [a, b] {
        assert_eq!((sim.shown(page, Rack::level.value), sim.shown(page, Rack::shown.text)), (json!(40.0), json!("40")));
    }
    assert!(matches!(sim.answered[&request], Outcome::Applied { .. }));
    // And in the opposite order.
    set(&mut sim, &[("level.value", json!(50)), ("a.value", json!(1))]).unwrap();
    sim.click(a, Rack::reset.click);
    sim.rest();
    assert_eq!(sim.shown(b, Rack::shown.text), "0");
}

#[test]
fn a_batch_that_starts_no_callback_is_answered_at_once() {
    let (mut sim, a, _) = rack();
    let request = set(&mut sim, &[("note.value", json!("x")), ("pick.value", json!("two"))]).unwrap();
    assert_eq!(sim.answered[&request], Outcome::Applied { rev: sim.engine.rev() });
    assert!(sim.pages[a].woken);
}

/// P3.
#[test]
fn p3_a_batch_that_comes_again_with_its_key_is_not_done_again() {
    let (mut sim, ..) = rack();
    let keyed = |hash| Asking { key: Some(("k1", hash)), ..Asking::default() };
    let wanted = [("a.value", json!(1)), ("go.click", Json::Null)];
    let first = sim.ask_all(keyed(7), &wanted).unwrap();
    assert_eq!(sim.ask_all(keyed(7), &wanted).unwrap(), first, "the same request while it runs");
    sim.rest();
    let outcome = sim.answered.remove(&first).unwrap();
    assert_eq!(sim.ask_all(keyed(7), &wanted).unwrap(), first);
    assert_eq!(sim.answered[&first], outcome, "with the same outcome");
    sim.rest();
    assert_eq!(did(&sim).iter().filter(|did| **did == "go at 1").count(), 1);
    assert!(matches!(sim.ask_all(keyed(8), &wanted), Err(NotTaken::Whole(Refusal::KeyReused))));
    // A refused batch can be sent again.
    let other = |to: i32| [("a.value", json!(to))];
    let asking = Asking { key: Some(("k2", 1)), ..Asking::default() };
    refused(sim.ask_all(asking, &other(1000)));
    sim.ask_all(asking, &other(10)).unwrap();
}

/// P7: a batch costs as many rate tokens as the same number of commands.
#[test]
fn p7_each_item_counts_for_the_rate() {
    let (mut sim, ..) = with_limits(Limits { commands_per_second: 4, ..Limits::default() });
    let three = [("a.value", json!(1)), ("b.value", json!(1)), ("note.value", json!("x"))];
    set(&mut sim, &three).unwrap();
    assert!(matches!(set(&mut sim, &three), Err(NotTaken::Whole(Refusal::Rate(4)))));
    sim.rest();
    sim.pass(500);
    set(&mut sim, &three).unwrap();
}

/// P7: a batch is not refused because another page's queue is full.
#[test]
fn p7_a_page_with_a_full_queue_does_not_block_a_batch() {
    let (mut sim, a, b) = with_limits(Limits { queue: 1, ..Limits::default() });
    sim.click(b, Rack::mine.click);
    sim.click(b, Rack::mine.click);
    let token = sim.pages[a].session.clone();
    let asking = Asking { session: Some(&token), ..Asking::default() };
    let request = sim.ask_all(asking, &[("mine.click", Json::Null), ("name.value", json!("x"))]).unwrap();
    sim.rest();
    assert!(matches!(sim.answered[&request], Outcome::Applied { .. }));
    assert_eq!(sim.shown(a, Rack::answer.text), "x", "the callback reads the other value of the batch");
}

const PAGES: usize = 2;

#[derive(Debug, Clone)]
enum Op {
    /// A batch without a page sets both to the same value.
    Both(u8),
    /// A batch for a page sets both, the page's own name, and fires a click.
    For(usize, u8),
    Push(u8),
    SendLevel(usize, u8),
    SetLevel(u8),
    Reset(usize),
    Bad,
    Finish(usize),
    Poll(usize),
    Cut(usize),
    Connect(usize),
    Pass(u8),
}

fn op() -> impl Strategy<Value = Op> {
    let (page, to) = (0..PAGES, 0..100_u8);
    prop_oneof![
        4 => to.clone().prop_map(Op::Both),
        4 => (page.clone(), to.clone()).prop_map(|(page, to)| Op::For(page, to)),
        2 => to.clone().prop_map(Op::Push),
        3 => (page.clone(), to.clone()).prop_map(|(page, to)| Op::SendLevel(page, to)),
        3 => to.prop_map(Op::SetLevel),
        3 => page.clone().prop_map(Op::Reset),
        1 => Just(Op::Bad),
        14 => (0..8_usize).prop_map(Op::Finish),
        5 => page.clone().prop_map(Op::Poll),
        2 => page.clone().prop_map(Op::Cut),
        2 => page.prop_map(Op::Connect),
        3 => (0..40_u8).prop_map(Op::Pass),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(250))]

    #[test]
    fn however_batches_commands_and_pushes_fall_together_they_are_whole_and_converge(
        ops in prop::collection::vec(op(), 1..80)
    ) {
        let mut sim = Sim::with_limits::<Rack>(Diary::default(), Limits { detached_clients: 8, ..Limits::default() });
        for _ in 0..PAGES {
            sim.join();
        }
        sim.rest();
        let (mut pair, mut names, mut clicks) = (0, [(); PAGES].map(|()| String::new()), 0);
        let mut requests = Vec::new();
        let mut level = 0_u8;
        for op in ops {
            match op {
                Op::Both(to) => {
                    pair = to;
                    requests.push(set(&mut sim, &[("a.value", json!(to)), ("b.value", json!(to))]).unwrap());
                }
                Op::For(page, to) => {
                    (pair, clicks) = (to, clicks + 1);
                    names[page] = format!("n{to}");
                    let token = sim.pages[page].session.clone();
                    let asking = Asking { session: Some(&token), ..Asking::default() };
                    let wanted = [
                        ("a.value", json!(to)),
                        ("go.click", Json::Null),
                        ("name.value", json!(names[page])),
                        ("b.value", json!(to)),
                    ];
                    requests.push(sim.ask_all(asking, &wanted).unwrap());
                }
                Op::Push(to) => {
                    pair = to;
                    sim.push(changes![Rack::a.value = to, Rack::b.value = to]).unwrap();
                }
                Op::SetLevel(to) => {
                    level = to;
                    requests.push(set(&mut sim, &[("level.value", json!(to)), ("note.value", json!(to.to_string()))]).unwrap());
                }
                Op::SendLevel(page, to) if sim.pages[page].socket.is_some() => {
                    level = to;
                    sim.send(page, Rack::level.value, f64::from(to));
                }
                Op::Reset(page) if sim.pages[page].socket.is_some() => {
                    level = 0;
                    sim.click(page, Rack::reset.click);
                }
                Op::SendLevel(..) | Op::Reset(_) => {}
                Op::Bad => {
                    let rev = sim.engine.rev();
                    refused(set(&mut sim, &[("a.value", json!(1)), ("b.value", json!(1000))]));
                    prop_assert_eq!(sim.engine.rev(), rev);
                }
                Op::Finish(at) => {
                    if let Some(at) = at.checked_rem(sim.jobs.len()) {
                        sim.finish(at);
                    }
                }
                Op::Poll(page) => _ = sim.pages[page].socket.is_some() && sim.poll(page),
                Op::Cut(page) => sim.cut(page),
                Op::Connect(page) => sim.connect(page),
                Op::Pass(millis) => sim.pass(u64::from(millis)),
            }
            for page in 0..PAGES {
                prop_assert_eq!(sim.shown(page, Rack::a.value), sim.shown(page, Rack::b.value), "the page shows half of a batch");
            }
        }
        for page in 0..PAGES {
            if sim.pages[page].socket.is_none() {
                sim.connect(page);
            }
        }
        sim.rest();
        for request in requests {
            prop_assert!(matches!(sim.answered.get(&request), Some(Outcome::Applied { .. })), "{:?}", sim.answered);
        }
        let did = did(&sim);
        for sum in did.iter().filter_map(|did| did.split_once('+')) {
            prop_assert_eq!(sum.0, sum.1, "the callback saw half of a batch");
        }
        prop_assert_eq!(did.iter().filter(|did| did.starts_with("go")).count(), clicks);
        for (page, name) in names.iter().enumerate() {
            prop_assert_eq!(sim.shown(page, Rack::a.value), f64::from(pair));
            prop_assert_eq!(sim.shown(page, Rack::sum.text), (2 * u32::from(pair)).to_string());
            prop_assert_eq!(sim.shown(page, Rack::name.value), &**name);
            prop_assert_eq!(sim.shown(page, Rack::hello.text), format!("{name}@{pair}"));
            // The final value follows the order of the queue.
            prop_assert_eq!(sim.shown(page, Rack::level.value), f64::from(level));
            prop_assert_eq!(sim.shown(page, Rack::shown.text), level.to_string());
        }
    }
}
