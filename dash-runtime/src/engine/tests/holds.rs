//! Held controls (dead man): a value is in effect only while a person holds the control, whatever happens to the link.

use std::time::Duration;

use dash_macros::{callback_shared, callbacks, components};
use proptest::prelude::*;
use serde_json::json;

use super::{
    bench::{Did, Rig},
    parts::{Grip, Label, place},
    sim::{At, Sim},
};
use crate::{
    callback::Callbacks, dashboard::Dashboard, element::Element, engine::requests::Asking, protocol::limits::Limits,
};

#[components]
pub struct Crane {
    pub drive: Grip,
    pub other: Grip,
    pub shown: Label,
}

/// Its island has the device, so it can be busy.
#[callback_shared(output = Crane::shown.text)]
fn drive(rig: &mut Rig, #[input(Crane::drive.value)] speed: f64) -> String {
    rig.did.push(Did::Move(speed));
    speed.to_string()
}

impl Dashboard for Crane {
    type Device = Rig;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![drive];

    fn layout(self) -> Element {
        place((self.drive, self.other, self.shown))
    }
}

const DEADLINE: u64 = 300;

fn crane() -> Sim {
    Sim::new::<Crane>(Rig::default())
}

/// What the device did since the start, which sets it once.
fn moves(sim: &Sim) -> Vec<f64> {
    sim.device::<Rig>().moves().split_off(1)
}

/// The number of the newest beat that the page got.
fn beat(sim: &mut Sim, at: At) -> Option<u64> {
    while sim.poll(at) {}
    let texts = std::mem::take(&mut sim.pages[at].texts);
    let (_, rest) = texts.rsplit_once("\"b\":[")?;
    rest.split_once(']')?.0.parse().ok()
}

/// The page echoes this beat: its user holds the drive.
fn echo(sim: &mut Sim, at: At, beat: u64) {
    let prop = sim.no(Crane::drive.value);
    sim.deliver(at, &json!({ "t": "held", "beat": beat, "held": [prop] }).to_string());
}

/// Time passes, and the page echoes each beat at once.
fn hold_for(sim: &mut Sim, at: At, millis: u64) {
    for _ in 0..millis / 20 {
        sim.pass(20);
        if let Some(beat) = beat(sim, at) {
            echo(sim, at, beat);
        }
        sim.finish_all();
    }
}

fn speed(sim: &Sim) -> f64 {
    *sim.engine.slot(sim.prop_no(Crane::drive.value)).value().unwrap().get::<f64>().unwrap()
}

#[test]
fn who_holds_it_drives_and_who_lets_go_stops() {
    let mut sim = crane();
    let at = sim.join();
    sim.send(at, Crane::drive.value, 40.0);
    hold_for(&mut sim, at, 2000);
    assert_eq!((speed(&sim), sim.engine.drives(sim.pages[at].id)), (40.0, true));
    sim.send(at, Crane::drive.value, 0.0);
    hold_for(&mut sim, at, 1000);
    assert_eq!((moves(&sim), sim.engine.drives(sim.pages[at].id)), (vec![40.0, 0.0], false));
}

#[test]
fn without_an_echo_the_safe_value_is_set_at_the_deadline() {
    let mut sim = crane();
    let at = sim.join();
    sim.send(at, Crane::drive.value, 40.0);
    sim.finish_all();
    sim.pass(DEADLINE - 1);
    assert_eq!(speed(&sim), 40.0);
    sim.pass(1);
    sim.finish_all();
    assert_eq!((speed(&sim), moves(&sim)), (0.0, vec![40.0, 0.0]));
    sim.poll(at);
    assert_eq!(sim.shown(at, Crane::drive.value), json!(0.0));
}

#[test]
fn an_echo_that_was_long_on_its_way_proves_nothing() {
    let mut sim = crane();
    let at = sim.join();
    sim.send(at, Crane::drive.value, 40.0);
    sim.finish_all();
    sim.pass(50);
    let first = beat(&mut sim, at).unwrap();
    // All echoes arrive in one burst after a stall.
    sim.pass(240);
    for number in 1..=first {
        echo(&mut sim, at, number);
    }
    sim.pass(60);
    assert_eq!(speed(&sim), 0.0);
}

#[test]
fn echoes_that_are_guessed_repeated_or_of_another_page_hold_nothing() {
    let mut sim = crane();
    let (at, other) = (sim.join(), sim.join());
    sim.send(at, Crane::drive.value, 40.0);
    sim.finish_all();
    sim.pass(50);
    let first = beat(&mut sim, at).unwrap();
    echo(&mut sim, at, first);
    for _ in 0..20 {
        sim.pass(20);
        // Another page of the same user got the beat, somehow, and knows how they are numbered.
        let newest = beat(&mut sim, at).unwrap_or(first);
        for number in [newest, newest + 1, newest + 2, u64::MAX, 0] {
            echo(&mut sim, other, number);
        }
        for number in [first, newest + 1, newest + 100, u64::MAX, 0] {
            echo(&mut sim, at, number);
        }
        sim.finish_all();
    }
    assert_eq!((speed(&sim), moves(&sim)), (0.0, vec![40.0, 0.0]));
    // A page that takes over the session holds nothing with the beats that the first one got.
    sim.send(at, Crane::drive.value, 0.0);
    sim.send(at, Crane::drive.value, 30.0);
    sim.pass(50);
    let newest = beat(&mut sim, at).unwrap();
    sim.connect(at);
    echo(&mut sim, at, newest);
    let refused = sim.send(at, Crane::drive.value, 35.0);
    sim.rest();
    assert_eq!((speed(&sim), sim.pages[at].refusal(refused)), (0.0, Some("released")));
}

#[test]
fn a_late_burst_after_a_stall_moves_nothing() {
    let mut sim = crane();
    let at = sim.join();
    sim.send(at, Crane::drive.value, 40.0);
    sim.finish_all();
    sim.pass(1000);
    sim.finish_all();
    let before = moves(&sim).len();
    // What the page has sent meanwhile arrives now: its echoes, and movements of the finger.
    let prop = sim.no(Crane::drive.value);
    for number in 1..20 {
        echo(&mut sim, at, number);
    }
    for (n, age) in [(2, 900), (3, 500), (4, 310), (5, 10), (6, 0)] {
        sim.deliver(at, &json!({ "n": n, "p": prop, "v": 30.0, "a": age }).to_string());
    }
    sim.finish_all();
    assert_eq!((speed(&sim), moves(&sim).len()), (0.0, before));
    sim.poll(at);
    assert_eq!(sim.pages[at].told[&4].last().unwrap()[0], 5, "too old");
    assert_eq!(sim.pages[at].refusal(6), Some("released"), "the finger was not lifted");
}

#[test]
fn after_a_release_it_must_be_let_go_before_it_is_held_again() {
    let mut sim = crane();
    let at = sim.join();
    sim.send(at, Crane::drive.value, 40.0);
    sim.pass(400);
    let refused = sim.send(at, Crane::drive.value, 50.0);
    sim.rest();
    assert_eq!(sim.pages[at].refusal(refused), Some("released"));
    sim.send(at, Crane::drive.value, 0.0);
    sim.send(at, Crane::drive.value, 50.0);
    hold_for(&mut sim, at, 600);
    assert_eq!(speed(&sim), 50.0);
}

#[test]
fn a_page_that_is_hidden_cut_closed_or_replaced_lets_go_at_once() {
    type Loss = fn(&mut Sim, At);
    let losses: [(&str, Loss); 4] = [
        ("hidden", |sim, at| sim.deliver(at, r#"{"t":"view","hidden":true}"#)),
        ("cut", |sim, at| sim.cut(at)),
        ("closed", |sim, at| sim.deliver(at, r#"{"t":"bye"}"#)),
        ("replaced", |sim, at| sim.connect(at)),
    ];
    for (name, lose) in losses {
        let mut sim = crane();
        let at = sim.join();
        sim.send(at, Crane::drive.value, 40.0);
        sim.finish_all();
        lose(&mut sim, at);
        sim.finish_all();
        assert_eq!((speed(&sim), moves(&sim)), (0.0, vec![40.0, 0.0]), "{name}");
    }
}

#[test]
fn fault_a_hidden_page_held_a_control() {
    let mut sim = crane();
    let at = sim.join();
    sim.deliver(at, r#"{"t":"view","hidden":true}"#);
    let refused = sim.send(at, Crane::drive.value, 40.0);
    sim.finish_all();
    sim.poll(at);
    assert_eq!((sim.pages[at].refusal(refused), speed(&sim)), (Some("released"), 0.0));
    sim.deliver(at, r#"{"t":"view","hidden":false}"#);
    sim.send(at, Crane::drive.value, 40.0);
    sim.finish_all();
    assert_eq!(speed(&sim), 40.0);
}

#[test]
fn a_control_that_somebody_holds_is_refused_to_others_who_may_still_stop_it() {
    let mut sim = crane();
    let (one, other) = (sim.join(), sim.join());
    sim.send(one, Crane::drive.value, 40.0);
    let refused = sim.send(other, Crane::drive.value, -40.0);
    sim.finish_all();
    sim.poll(other);
    assert_eq!(sim.pages[other].refusal(refused), Some("held"));
    assert_eq!(speed(&sim), 40.0);
    sim.send(other, Crane::drive.value, 0.0);
    sim.finish_all();
    assert_eq!(speed(&sim), 0.0);
}

#[test]
fn what_waits_behind_a_busy_device_does_not_move_it_after_the_release() {
    let mut sim = crane();
    let at = sim.join();
    sim.send(at, Crane::drive.value, 10.0);
    // The first run goes on. The next values wait.
    assert_eq!(sim.running(), ["drive"]);
    sim.send(at, Crane::drive.value, 20.0);
    sim.send(at, Crane::drive.value, 30.0);
    sim.pass(DEADLINE);
    sim.finish_all();
    assert_eq!(moves(&sim), [10.0, 0.0]);
}

#[test]
fn a_release_is_not_refused_because_the_queue_is_full() {
    let limits = Limits { queue: 2, ..Limits::default() };
    let mut sim = Sim::with_limits::<Crane>(Rig::default(), limits);
    let (at, others) = (sim.join(), [sim.join(), sim.join(), sim.join()]);
    sim.send(at, Crane::drive.value, 40.0);
    for other in others {
        sim.send(other, Crane::drive.value, 0.0);
    }
    sim.send(at, Crane::drive.value, 40.0);
    sim.cut(at);
    sim.finish_all();
    assert_eq!(speed(&sim), 0.0);
    assert_eq!(moves(&sim).last(), Some(&0.0));
}

#[test]
fn a_program_holds_it_by_asking_again() {
    let mut sim = crane();
    for _ in 0..10 {
        sim.ask((1, None, None), Crane::drive.value, 40.0).unwrap();
        sim.pass(200);
        sim.finish_all();
        assert_eq!(speed(&sim), 40.0);
    }
    sim.pass(DEADLINE);
    sim.finish_all();
    assert_eq!(speed(&sim), 0.0);
}

#[test]
fn a_batch_is_a_command_like_any_other() {
    let mut sim = crane();
    sim.ask_all(Asking::default(), &[("drive.value", json!(40.0))]).unwrap();
    sim.pass(DEADLINE);
    sim.finish_all();
    assert_eq!(speed(&sim), 0.0);
    assert!(sim.ask_all(Asking::default(), &[("drive.value", json!(40.0))]).is_err(), "it was not let go");
}

#[test]
fn beats_come_only_while_something_is_held() {
    let mut sim = crane();
    let (at, other) = (sim.join(), sim.join());
    sim.pass(1000);
    assert_eq!((beat(&mut sim, at), sim.engine.next_timeout()), (None, None));
    sim.send(at, Crane::drive.value, 40.0);
    sim.pass(100);
    assert!(beat(&mut sim, at).is_some() && beat(&mut sim, other).is_none());
}

/// What happens to a held control.
#[derive(Debug, Clone)]
enum Step {
    Set(usize, f64, u64),
    Echo(usize),
    EchoOld(usize, u64),
    Hide(usize),
    Cut(usize),
    Back(usize),
    Pass(u64),
    Finish,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let page = 0..3_usize;
    let speed = prop_oneof![Just(0.0), Just(10.0), Just(20.0)];
    prop::collection::vec(
        prop_oneof![
            4 => (page.clone(), speed, 0..400_u64).prop_map(|(page, speed, age)| Step::Set(page, speed, age)),
            4 => page.clone().prop_map(Step::Echo),
            2 => (page.clone(), 0..30_u64).prop_map(|(page, beat)| Step::EchoOld(page, beat)),
            1 => page.clone().prop_map(Step::Hide),
            1 => page.clone().prop_map(Step::Cut),
            1 => page.prop_map(Step::Back),
            6 => (1..200_u64).prop_map(Step::Pass),
            3 => Just(Step::Finish),
        ],
        1..120,
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Whatever happens: it moves only while its page was known to hold it within the deadline, only one page holds it,
    /// and the device ends with the safe value.
    #[test]
    fn however_links_break_it_moves_only_while_somebody_holds_it(steps in steps()) {
        let mut sim = crane();
        let pages = [sim.join(), sim.join(), sim.join()];
        // For each page, the newest time at which it can have been known to hold the control.
        let mut known = [Duration::ZERO; 3];
        for step in steps {
            match step {
                Step::Set(page, speed, age) => {
                    let prop = sim.no(Crane::drive.value);
                    let at = pages[page];
                    let number = sim.pages[at].sent.keys().next_back().map_or(1, |last| last + 1);
                    let text = json!({ "n": number, "p": prop, "v": speed, "a": age }).to_string();
                    sim.pages[at].sent.insert(number, text.clone());
                    if sim.pages[at].socket.is_some() {
                        sim.deliver(at, &text);
                        known[page] = known[page].max(sim.now.saturating_sub(Duration::from_millis(age)));
                    }
                }
                Step::Echo(page) => {
                    if let Some(beat) = beat(&mut sim, pages[page]) && sim.pages[pages[page]].socket.is_some() {
                        echo(&mut sim, pages[page], beat);
                        known[page] = known[page].max(sim.engine.beat_sent(beat).unwrap());
                    }
                }
                Step::EchoOld(page, beat) => {
                    if sim.pages[pages[page]].socket.is_some() {
                        // It proves the time at which the beat was sent, and not the present.
                        echo(&mut sim, pages[page], beat);
                        known[page] = known[page].max(sim.engine.beat_sent(beat).unwrap_or_default());
                    }
                }
                Step::Hide(page) => {
                    if sim.pages[pages[page]].socket.is_some() {
                        sim.deliver(pages[page], r#"{"t":"view","hidden":true}"#);
                        sim.deliver(pages[page], r#"{"t":"view","hidden":false}"#);
                        known[page] = Duration::ZERO;
                    }
                }
                Step::Cut(page) => {
                    if sim.pages[pages[page]].socket.is_some() {
                        sim.cut(pages[page]);
                        known[page] = Duration::ZERO;
                    }
                }
                Step::Back(page) => {
                    sim.pages[pages[page]].sent.clear();
                    sim.connect(pages[page]);
                    known[page] = Duration::ZERO;
                }
                Step::Pass(millis) => sim.pass(millis),
                Step::Finish => sim.finish_all(),
            }
            if speed(&sim) != 0.0 {
                let newest = known.iter().max().unwrap();
                prop_assert!(sim.now < *newest + Duration::from_millis(DEADLINE), "it moves at {:?}, known {known:?}", sim.now);
            }
        }
        sim.pass(DEADLINE);
        sim.finish_all();
        prop_assert_eq!(speed(&sim), 0.0);
        prop_assert!(moves(&sim).last().is_none_or(|last| *last == 0.0));
    }
}
