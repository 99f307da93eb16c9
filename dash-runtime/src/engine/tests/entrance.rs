//! The one entrance: a command of a page, a request, a batch, a push or an event of the program is taken as a whole, or
//! nothing has changed.

use dash_macros::{callback, callback_shared, callbacks, changes, components};
use serde_json::json;

use super::{
    parts::{Button, Dial, Label, place},
    sim::{At, Sim},
};
use crate::{
    callback::{Callbacks, task::Cancellation},
    dashboard::Dashboard,
    element::Element,
    engine::{batch::NotTaken, requests::Asking},
    handle::{PushError, Whom},
    protocol::{client::Refusal, limits::Limits},
};

#[components]
struct Stand {
    scan: Button,
    /// Cancels the scan, and starts `reset`, which may block the entry.
    reset: Button,
    scanned: Label,
    target: Dial,
    /// Starts a shared and a private callback of one queue.
    both: Button,
    shared: Label,
    own: Label,
    measure: Button,
    stop: Button,
    level: Dial,
    seen: Label,
    took: Label,
    /// No callback reads it.
    free: Dial,
}

type Diary = Vec<String>;

#[callback_shared(on = Stand::scan.click, cancel = Stand::reset.click, output = Stand::scanned.text)]
#[expect(clippy::needless_pass_by_value, reason = "what belongs to a run is passed by value")]
fn scan(diary: &mut Diary, task: Cancellation) -> &'static str {
    diary.push("scan".to_owned());
    if task.is_cancelled() { "cancelled" } else { "whole" }
}

#[callback_shared(on = Stand::reset.click, queue = skip)]
fn reset(diary: &mut Diary) {
    diary.push("reset".to_owned());
}

#[callback_shared(initial = false, queue = all, output = Stand::took.text)]
fn take(diary: &mut Diary, #[input(Stand::target.value)] target: f64) -> String {
    diary.push(format!("take {target}"));
    target.to_string()
}

#[callback_shared(on = Stand::both.click, output = Stand::shared.text)]
fn both_shared(diary: &mut Diary, #[state(Stand::level.value)] _level: f64) -> &'static str {
    diary.push("shared".to_owned());
    "done"
}

#[callback(on = Stand::both.click, output = Stand::own.text)]
fn both_own(diary: &mut Diary) -> &'static str {
    diary.push("own".to_owned());
    "done"
}

#[callback_shared(on = Stand::measure.click, cancel = Stand::stop.click, queue = skip)]
async fn measure() {
    std::future::pending::<()>().await;
}

/// Private, with one queue per client.
#[callback(initial = false, queue = all, output = Stand::seen.text)]
async fn look(#[input(Stand::level.value)] level: f64) -> String {
    level.to_string()
}

impl Dashboard for Stand {
    type Device = Diary;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![scan, reset, take, both_shared, both_own, measure, look];

    fn layout(self) -> Element {
        place((
            place((self.scan, self.reset, self.scanned, self.target, self.both, self.shared, self.own)),
            place((self.measure, self.stop, self.level, self.seen, self.took, self.free)),
        ))
    }
}

const APPLIED: Option<u64> = Some(0);
const REFUSED: Option<u64> = Some(4);
const QUEUE: usize = 4;

/// A sim in which the scan runs. If `full`, the queue behind it is full.
fn busy(full: bool) -> (Sim, At) {
    let mut sim = Sim::with_limits::<Stand>(Vec::new(), Limits { queue: QUEUE, ..Limits::default() });
    let page = sim.join();
    sim.rest();
    sim.click(page, Stand::scan.click);
    if full {
        (0..QUEUE).for_each(|n| _ = sim.send(page, Stand::target.value, n as f64));
    }
    (sim, page)
}

/// The result of the scan: whether it was cancelled.
fn scanned(sim: &mut Sim, page: At) -> String {
    sim.rest();
    sim.shown(page, Stand::scanned.text).as_str().unwrap().to_owned()
}

#[test]
fn a_command_that_is_refused_has_cancelled_nothing() {
    let (mut sim, page) = busy(true);
    let refused = sim.click(page, Stand::reset.click);
    sim.poll(page);
    assert_eq!(sim.pages[page].outcome(refused), REFUSED);
    assert_eq!(scanned(&mut sim, page), "whole");
}

#[test]
fn an_event_of_the_program_that_is_refused_has_cancelled_nothing() {
    for one in [false, true] {
        let (mut sim, page) = busy(true);
        let whom = if one { Whom::One(sim.pages[page].id) } else { Whom::All };
        assert_eq!(
            sim.fire(whom, Stand::reset.click),
            Err(PushError::Full { prop: "reset.click".to_owned(), limit: QUEUE })
        );
        assert_eq!(scanned(&mut sim, page), "whole");
    }
}

#[test]
fn a_request_and_a_batch_that_are_refused_have_cancelled_nothing() {
    let (mut sim, page) = busy(true);
    let asked = sim.ask((1, None, None), Stand::reset.click, json!(null));
    assert_eq!(asked, Err(Refusal::Busy(QUEUE)));
    let asked = sim.ask_all(Asking::default(), &[("level.value", json!(2.0)), ("reset.click", json!(null))]);
    let both = vec![(0, Refusal::Busy(QUEUE)), (1, Refusal::Busy(QUEUE))];
    assert_eq!(asked, Err(NotTaken::Items(both)));
    assert_eq!(scanned(&mut sim, page), "whole");
    assert_eq!(sim.shown(page, Stand::level.value), 0.0);
}

#[test]
fn an_accepted_entry_cancels_before_it_is_queued() {
    let (mut sim, page) = busy(false);
    sim.click(page, Stand::reset.click);
    assert_eq!(scanned(&mut sim, page), "cancelled");
    assert_eq!(sim.device::<Diary>(), &["scan", "reset"]);
}

/// A program can cancel a measurement and start a new one in one request.
#[test]
fn a_batch_is_not_blocked_by_the_callback_that_it_cancels() {
    let (mut sim, page) = busy(false);
    let first = sim.click(page, Stand::measure.click);
    let anew = [("measure.click", json!(null)), ("stop.click", json!(null))];
    assert!(sim.ask_all(Asking::default(), &anew[..1]).is_err(), "`measure` is busy");
    sim.ask_all(Asking::default(), &anew).unwrap();
    sim.finish_one("measure");
    sim.poll(page);
    assert_eq!(sim.pages[page].outcome(first), Some(3));
    assert!(sim.running().contains(&"measure"), "it runs again");
}

#[test]
fn one_event_for_shared_and_private_callbacks_of_one_queue_is_one_turn_whoever_makes_it_happen() {
    let turns = |act: &dyn Fn(&mut Sim, At)| {
        let (mut sim, page) = busy(false);
        sim.rest();
        act(&mut sim, page);
        let before = sim.engine.rev();
        sim.rest();
        assert_eq!(sim.device::<Diary>(), &["scan", "shared", "own"]);
        assert_eq!(
            (sim.shown(page, Stand::shared.text), sim.shown(page, Stand::own.text)),
            ("done".into(), "done".into())
        );
        sim.engine.rev() - before
    };
    let by_command = turns(&|sim, page| _ = sim.click(page, Stand::both.click));
    let by_program = turns(&|sim, page| {
        let id = sim.pages[page].id;
        sim.fire(Whom::One(id), Stand::both.click).unwrap();
    });
    let by_batch = turns(&|sim, page| {
        let session = sim.pages[page].session.clone();
        let asking = Asking { session: Some(&session), ..Asking::default() };
        sim.ask_all(asking, &[("both.click", json!(null))]).unwrap();
    });
    assert_eq!((by_program, by_batch), (by_command, by_command));
}

/// View updates of private callbacks merge. So a slow private callback never blocks a push.
#[test]
fn p7_a_client_whose_private_callback_hangs_does_not_refuse_a_push_for_all() {
    let mut sim = Sim::with_limits::<Stand>(Vec::new(), Limits { queue: QUEUE, ..Limits::default() });
    let (a, b) = (sim.join(), sim.join());
    sim.rest();
    for step in 1..100_u32 {
        sim.push(changes![Stand::level.value = f64::from(step)]).unwrap();
    }
    assert_eq!(sim.jobs.len(), 2, "one run per client is in progress");
    sim.rest();
    for page in [a, b] {
        assert_eq!(
            (sim.shown(page, Stand::level.value), sim.shown(page, Stand::seen.text)),
            (json!(99.0), "99".into())
        );
    }
}

#[test]
fn a_value_that_the_program_pushes_is_not_refused_because_a_callback_that_skips_is_at_work() {
    let (mut sim, page) = busy(false);
    sim.click(page, Stand::reset.click);
    let refused = sim.click(page, Stand::reset.click);
    sim.push(changes![Stand::target.value = 7.0]).unwrap();
    sim.rest();
    assert_eq!((sim.pages[page].outcome(refused), sim.shown(page, Stand::took.text)), (REFUSED, "7".into()));
}

#[test]
fn waiting_values_of_the_program_are_cancelled_like_those_of_a_page() {
    // The cancel event belongs to the scan. A second click of the scan waits.
    let (mut sim, page) = busy(false);
    let waits = sim.click(page, Stand::scan.click);
    sim.fire(Whom::All, Stand::scan.click).unwrap();
    let reset = sim.click(page, Stand::reset.click);
    sim.rest();
    assert_eq!(sim.device::<Diary>(), &["scan", "reset"]);
    let merged = Some(2);
    assert_eq!((sim.pages[page].outcome(waits), sim.pages[page].outcome(reset)), (merged, APPLIED));
}

#[test]
fn an_entry_that_starts_no_callback_is_never_outstanding() {
    let limits = Limits { outstanding: 2, ..Limits::default() };
    let mut sim = Sim::with_limits::<Stand>(Vec::new(), limits);
    let page = sim.join();
    sim.rest();
    for round in 0..10 {
        let free = sim.send(page, Stand::free.value, f64::from(round));
        let asked = sim.ask((1, None, None), Stand::free.value, json!(round)).unwrap();
        let all = sim.ask_all(Asking::default(), &[("free.value", json!(round))]).unwrap();
        sim.poll(page);
        assert_eq!(sim.pages[page].outcome(free), APPLIED);
        assert!(sim.answered.contains_key(&asked) && sim.answered.contains_key(&all));
    }
}
