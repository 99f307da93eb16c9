//! What became of commands is told after a restart, if the store has it.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use dash_macros::{callback_shared, callbacks, components};
use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::{
    parts::{Button, Dial, Field, Label, place},
    sim::{At, Sim},
};
use crate::{
    callback::Callbacks,
    client::Peer,
    dashboard::Dashboard,
    element::Element,
    engine::{Greeting, kept::KeptValue},
    protocol::{limits::Limits, server::Outcome},
    rights::User,
};

#[components]
pub struct Plant {
    #[keep]
    pub level: Dial,
    #[keep(text)]
    pub count: Label,
    pub add: Button,
    pub fail: Button,
    pub note: Field,
}

#[callback_shared]
fn set(levels: &mut Vec<f64>, #[input(Plant::level.value)] level: f64) {
    levels.push(level);
}

#[callback_shared(on = Plant::add.click, output = Plant::count.text)]
fn add(#[state(Plant::count.text)] before: &str) -> String {
    (before.parse::<u32>().unwrap_or(0) + 1).to_string()
}

#[callback_shared(on = Plant::fail.click)]
fn fail() -> Result<(), String> {
    Err("no water".to_owned())
}

impl Dashboard for Plant {
    type Device = Vec<f64>;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![set, add, fail];

    fn layout(self) -> Element {
        place((self.level.max(1e6), self.count, self.add, self.fail, self.note))
    }
}

pub(super) type Disk = BTreeMap<Vec<u8>, String>;

/// The store writes what was put, all of it or nothing.
pub(super) fn write(sim: &mut Sim, disk: &mut Disk) {
    let kept = sim.engine.take_kept();
    for change in kept.into_iter().chain(sim.engine.take_outcomes()) {
        match change.value {
            Some(value) => _ = disk.insert(change.key, value.json().to_owned()),
            None => _ = disk.remove(&change.key),
        }
    }
}

/// The `run`-th run of the program, with what was on the disk `age` before.
pub(super) fn started(disk: &Disk, run: u32, age: u64) -> Sim {
    let mut sim = Sim::unstarted::<Plant>(Vec::new(), Limits::default());
    sim.engine.configure(None, format!("run{run}"), Limits::default());
    sim.tokens = 1_000 * run;
    let age = Some(Duration::from_secs(age));
    let kept = disk.iter().map(|(key, json)| KeptValue { key: key.clone(), json: json.clone(), age });
    assert_eq!(sim.engine.restore(kept.collect()), Vec::<String>::new());
    sim.engine.keep();
    sim.begin();
    sim.rest();
    sim
}

/// What a page with this session of an earlier run is told: the outcomes by number.
fn told(sim: &mut Sim, session: &str, user: User) -> BTreeMap<u64, Json> {
    let mut page = sim.load();
    page.epoch = "an earlier one".to_owned();
    let hello = page.hello(&sim.engine.plan().schema_for(sim.engine.view_for(&user)), Some(session));
    let peer = Peer { user, ..Peer::default() };
    let greeting = sim.with(|engine, now, fx| engine.hello(now, &hello, peer, || "x".repeat(8), fx));
    let Greeting::Welcome { frame, client, socket, .. } = greeting else { panic!("not welcome") };
    sim.gone(client, socket);
    let welcome: Json = serde_json::from_str(&frame).unwrap();
    let list = welcome["a"].as_array().cloned().unwrap_or_default();
    list.into_iter().map(|told| (told[0].as_u64().unwrap(), told)).collect()
}

fn outcome_json(number: u64, outcome: &Outcome) -> Json {
    let mut text = String::new();
    outcome.write(number, &mut text);
    serde_json::from_str(&text).unwrap()
}

#[test]
fn after_a_restart_a_page_is_told_what_became_of_its_commands() {
    let mut disk = Disk::new();
    let mut sim = started(&disk, 1, 0);
    let (page, other) = (sim.join(), sim.join());
    sim.send(page, Plant::level.value, 5);
    sim.send(page, Plant::level.value, -1_000);
    sim.click(page, Plant::fail.click);
    sim.send(other, Plant::level.value, 6);
    sim.finish_all();
    write(&mut sim, &mut disk);
    // Its callback runs when the program ends.
    sim.click(page, Plant::add.click);
    write(&mut sim, &mut disk);
    let sessions = [page, other].map(|at| sim.pages[at].session.clone());
    let mut sim = started(&disk, 2, 3);
    let first = told(&mut sim, &sessions[0], User::local());
    assert_eq!(first.keys().copied().collect::<Vec<_>>(), [1, 2, 3], "the fourth is unknown");
    assert_eq!([&first[&1][1], &first[&2][1], &first[&3][1]], [0, 4, 3].map(|code| json!(code)).each_ref());
    assert_eq!(first[&3][2], "no water");
    assert_eq!(told(&mut sim, &sessions[0], User::local()), first, "also if the welcome was lost");
    assert_eq!(told(&mut sim, &sessions[1], User::local()).len(), 1);
    assert!(told(&mut sim, &sessions[0], User::new("eve", ())).is_empty(), "a session belongs to one user");
    assert!(told(&mut sim, "t9t9", User::local()).is_empty());
}

/// Its token looks like one that no page has used, because only the run before knows that it was.
#[cfg(feature = "nats")]
#[test]
fn fault_a_page_behind_a_relay_was_not_told_what_became_of_its_commands() {
    let mut disk = Disk::new();
    let mut sim = started(&disk, 1, 0);
    let token = crate::engine::watchers::token_at(Duration::ZERO, "a1b2c3d4e5f6");
    let page = super::page::Page { session: token.clone(), ..sim.load() };
    sim.pages.push(page);
    let page = sim.pages.len() - 1;
    sim.connect(page);
    sim.send(page, Plant::level.value, 5);
    sim.rest();
    write(&mut sim, &mut disk);
    let mut sim = started(&disk, 2, 3);
    assert_eq!(told(&mut sim, &token, User::local()).len(), 1, "over a stream of its own");
    let mut page = sim.load();
    page.epoch = "run1".to_owned();
    let hello = page.hello(&sim.engine.plan().schema_for(None), Some(&token));
    let asked = sim.with(|engine, now, fx| engine.hello_asking(now, &hello, Peer::default(), "x".repeat(8), fx));
    let Greeting::Welcome { frame, .. } = asked else { panic!("the relay answers it, and knows no outcome") };
    assert!(frame.contains(",\"a\":[[1,"), "{frame}");
}

#[test]
fn without_a_store_no_outcome_is_written_down() {
    let mut sim = Sim::new::<Plant>(Vec::new());
    let page = sim.join();
    sim.send(page, Plant::level.value, 5);
    sim.rest();
    assert!(sim.engine.take_outcomes().is_empty());
}

#[test]
fn the_store_does_not_have_the_half_of_the_session_that_lets_act_for_the_page() {
    let mut sim = started(&Disk::new(), 1, 0);
    let page = sim.join();
    sim.send(page, Plant::level.value, 5);
    sim.rest();
    let mut disk = Disk::new();
    write(&mut sim, &mut disk);
    let whole = sim.pages[page].session.clone();
    assert!(disk.iter().all(|(key, json)| !String::from_utf8_lossy(key).contains(&whole) && !json.contains(&whole)));
}

#[test]
fn a_session_has_a_bounded_number_of_outcomes_and_the_newest_are_there() {
    let mut disk = Disk::new();
    let mut sim = started(&disk, 1, 0);
    let page = sim.join();
    for value in 0..200 {
        sim.send(page, Plant::note.value, value.to_string());
        sim.finish_all();
        write(&mut sim, &mut disk);
    }
    let session = sim.pages[page].session.clone();
    assert_eq!(disk.len(), 1);
    let mut sim = started(&disk, 2, 0);
    assert_eq!(
        told(&mut sim, &session, User::local()).into_keys().collect::<Vec<_>>(),
        (169..=200).collect::<Vec<_>>()
    );
}

/// The record of a session is written again with each outcome, so long reasons must not make it long.
#[test]
fn the_outcomes_of_a_session_have_a_bounded_number_of_bytes() {
    let mut disk = Disk::new();
    let mut sim = started(&disk, 1, 0);
    let page = sim.join();
    for _ in 0..100 {
        // The reason names the options, the type and the value.
        sim.send(page, Plant::note.value, json!({ "text": "x".repeat(400) }));
        sim.rest();
        write(&mut sim, &mut disk);
    }
    let [record] = &*disk.values().collect::<Vec<_>>() else { panic!("{disk:?}") };
    assert!((1_000..5_000).contains(&record.len()), "{}", record.len());
    let session = sim.pages[page].session.clone();
    let told = told(&mut started(&disk, 2, 0), &session, User::local());
    assert!(told.len() < 32 && told.contains_key(&100), "the newest are there: {:?}", told.keys());
}

#[test]
fn outcomes_go_with_their_session_and_an_hour_after_a_restart() {
    let mut disk = Disk::new();
    let mut sim = started(&disk, 1, 0);
    let (gone, stays) = (sim.join(), sim.join());
    for page in [gone, stays] {
        sim.send(page, Plant::note.value, "x");
    }
    sim.rest();
    write(&mut sim, &mut disk);
    assert_eq!(disk.len(), 2);
    let forgotten = sim.pages[gone].id;
    sim.with(|engine, now, fx| engine.log_out(now, |client| client.id() != forgotten, fx));
    sim.finish_all();
    write(&mut sim, &mut disk);
    assert_eq!(disk.len(), 1);
    let session = sim.pages[stays].session.clone();
    // They are there through a second restart too.
    write(&mut started(&disk, 2, 1_000), &mut disk);
    let mut sim = started(&disk, 3, 2_000);
    assert_eq!(told(&mut sim, &session, User::local()).len(), 1);
    sim.pass(3_600_000);
    write(&mut sim, &mut disk);
    assert!(disk.is_empty() && told(&mut sim, &session, User::local()).is_empty());
    let mut disk = Disk::from([(b"outcome of t1001 1".to_vec(), r#"["local",[1,0,3]]"#.to_owned())]);
    let mut sim = started(&disk, 4, 3_600);
    write(&mut sim, &mut disk);
    assert!(disk.is_empty(), "one that is too old at the start");
}

#[derive(Debug, Clone)]
enum Op {
    Set(usize),
    TooMuch(usize),
    Add(usize),
    Fail(usize),
    Finish(usize),
    Poll(usize),
    Cut(usize),
    Back(usize),
    Write,
    Kill,
}

fn op() -> impl Strategy<Value = Op> {
    let page = 0..3_usize;
    prop_oneof![
        4 => page.clone().prop_map(Op::Set),
        1 => page.clone().prop_map(Op::TooMuch),
        4 => page.clone().prop_map(Op::Add),
        1 => page.clone().prop_map(Op::Fail),
        6 => (0..8_usize).prop_map(Op::Finish),
        2 => page.clone().prop_map(Op::Poll),
        1 => page.clone().prop_map(Op::Cut),
        2 => page.prop_map(Op::Back),
        4 => Just(Op::Write),
        1 => Just(Op::Kill),
    ]
}

/// The final outcomes that the engine itself has of a page's commands.
fn finals(sim: &Sim, at: At) -> BTreeMap<u64, Json> {
    let Some(session) = sim.engine.roster.get(sim.pages[at].id) else { return BTreeMap::new() };
    let numbers = 1..=session.commands.last_number();
    let known = numbers.filter_map(|number| Some((number, session.commands.known(number)?)));
    let is_final = |outcome: &Outcome| !matches!(outcome, Outcome::Accepted { .. } | Outcome::Unknown);
    known
        .filter(|(_, outcome)| is_final(outcome))
        .map(|(number, outcome)| (number, outcome_json(number, &outcome)))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(250))]

    /// Pages act, lose frames and connections, the store writes now and then, and the program is killed at any moment.
    /// After the restart each page is told exactly the true outcomes of what was settled before the last write. What was
    /// applied has its kept values, and nothing was done twice.
    #[test]
    fn no_interleaving_of_commands_writes_and_kills_tells_a_wrong_outcome(ops in prop::collection::vec(op(), 1..80)) {
        let (mut disk, mut run) = (Disk::new(), 1);
        let mut sim = started(&disk, run, 0);
        let mut pages: Vec<At> = (0..3).map(|_| sim.join()).collect();
        // The outcomes that were settled before the last write, by page, and the numbers of presses of `add`.
        let mut written: Vec<BTreeMap<u64, Json>> = vec![BTreeMap::new(); 3];
        let mut adds: Vec<BTreeSet<u64>> = vec![BTreeSet::new(); 3];
        let (mut value, mut counted) = (0, 0_u32);
        for op in ops.into_iter().chain([Op::Kill]) {
            let is_here = |sim: &Sim, page: usize| sim.pages[pages[page]].socket.is_some();
            match op {
                Op::Set(page) if is_here(&sim, page) => {
                    value += 1;
                    sim.send(pages[page], Plant::level.value, value);
                }
                Op::TooMuch(page) if is_here(&sim, page) => _ = sim.send(pages[page], Plant::level.value, 2_000_000),
                Op::Add(page) if is_here(&sim, page) => {
                    let number = sim.click(pages[page], Plant::add.click);
                    adds[page].insert(number);
                }
                Op::Fail(page) if is_here(&sim, page) => _ = sim.click(pages[page], Plant::fail.click),
                Op::Finish(at) if !sim.jobs.is_empty() => {
                    let at = at % sim.jobs.len();
                    counted += u32::from(sim.jobs[at].name == "add");
                    sim.finish(at);
                }
                // Whether a page has read its outcome changes nothing.
                Op::Poll(page) => _ = sim.poll(pages[page]),
                Op::Cut(page) => sim.cut(pages[page]),
                Op::Back(page) if !is_here(&sim, page) => sim.connect(pages[page]),
                Op::Write => {
                    write(&mut sim, &mut disk);
                    written = pages.iter().map(|at| finals(&sim, *at)).collect();
                }
                Op::Kill => {
                    let sessions: Vec<String> = pages.iter().map(|at| sim.pages[*at].session.clone()).collect();
                    let truth: Vec<_> = pages.iter().map(|at| finals(&sim, *at)).collect();
                    run += 1;
                    sim = started(&disk, run, 1);
                    let count = sim.engine.slot(sim.prop_no(Plant::count.text)).value().unwrap().json().to_owned();
                    let count: u32 = serde_json::from_str::<String>(&count).unwrap().parse().unwrap_or(0);
                    let mut applied = 0;
                    for (page, session) in sessions.iter().enumerate() {
                        let told = told(&mut sim, session, User::local());
                        prop_assert_eq!(&told, &written[page], "exactly what was written");
                        for (number, outcome) in &told {
                            prop_assert_eq!(Some(outcome), truth[page].get(number), "as it was");
                            applied += u32::from(adds[page].contains(number) && outcome[1] == 0);
                        }
                    }
                    prop_assert!(applied <= count && count <= counted, "{applied} told, {count} kept, {counted} done");
                    counted = count;
                    pages = (0..3).map(|_| sim.join()).collect();
                    (written, adds) = (vec![BTreeMap::new(); 3], vec![BTreeSet::new(); 3]);
                    // What was told once is of the run before.
                    write(&mut sim, &mut disk);
                }
                _ => {}
            }
        }
    }
}
