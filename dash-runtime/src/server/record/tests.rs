//! A record has exactly what pages have shown, whatever happens to the file.

#![allow(unreachable_pub, reason = "dashboards are written as users write them")]

mod again;
mod commands;
mod damage;
mod disk;
#[cfg(feature = "mcap")]
mod exported;
mod later;
mod parts;

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::Duration,
};

use dash_macros::{Component, callback_shared, callbacks, changes, components};
use proptest::prelude::*;

use super::{
    Header, Kind, Recording, Run, Touched, Walked, Writer, frame,
    writer::{Medium, QUEUE},
};
use crate::{
    callback::Callbacks,
    component::prelude::*,
    dashboard::Dashboard,
    edit::Edit,
    element::Element,
    engine::{
        Engine,
        effects::Effects,
        plan::{Plan, Planned},
        tests::parts::{Button, Dial, Field, Frame, Label, Log, place},
    },
    protocol::limits::Limits,
    rows::Many,
    server::replay::Shower,
    testing::InMemory,
};

/// A value that is edited.
#[derive(Component)]
#[component(tag = "t-book", script = "tests.rs")]
pub struct Book {
    id: ComponentId,
    lines: Vec<String>,
    levels: BTreeMap<String, f64>,
}

impl Render for Book {
    fn render(&self, _: &mut Html) {}
}

#[components]
pub struct Lamp {
    pub level: Dial,
    pub shown: Label,
    pub log: Log,
}

#[components]
pub struct Desk {
    pub scene: Dial,
    pub content: Frame,
    #[dynamic]
    pub hello: Label,
    #[dynamic]
    pub inner: Frame,
    #[dynamic]
    pub name: Field,
    pub book: Book,
    pub log: Log,
    pub click: Button,
    pub lamps: Many<String, Lamp>,
    #[secret]
    pub code: Field,
}

#[callback_shared(output = (Desk::content.children, Desk::hello.text))]
fn show(#[input(Desk::scene.value)] scene: f64) -> (Element, String) {
    let hello = || Desk::hello.place();
    let content = match scene as i32 % 4 {
        0 => Element::default(),
        1 => Element::new("p").class("note").children(("Hello ", hello())),
        2 => Element::of(Desk::inner.place().title("in it").children(Element::of((Desk::name.place(), hello())))),
        _ => Element::of((format!("scene {scene}"), Desk::name.place().value("new".to_owned()))),
    };
    (content, format!("at {scene}"))
}

#[callback_shared(output = (Desk::book.lines, Desk::book.levels, Desk::log.items))]
fn write(
    #[input(Desk::click.click)] _: Option<()>,
    #[input(Desk::scene.value)] scene: f64,
) -> (Edit<Vec<String>>, Edit<BTreeMap<String, f64>>, u32) {
    let line = || format!("line {scene} \"quoted\", and long enough to be edited");
    let lines = match scene as i32 % 5 {
        0 => Edit::whole(vec![line(); 3]),
        1 => Edit::list().insert(0, line()).push(line()),
        2 => Edit::list().remove(0),
        3 => Edit::list().set(0, line()),
        _ => Edit::list().clear().push(line()),
    };
    (lines, Edit::map().insert(format!("k{}", scene as i32 % 3), scene), scene as u32)
}

#[callback_shared(output = (Desk::lamps[key].shown.text, Desk::lamps[key].log.items))]
fn light(#[key] key: &str, #[input(Desk::lamps[key].level.value)] level: f64) -> Result<(String, u32), String> {
    if level == 13.0 { Err(format!("{key} is broken")) } else { Ok((format!("{key}: {level}"), level as u32)) }
}

impl Dashboard for Desk {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![show, write, light];

    fn layout(self) -> Element {
        let lamps = self.lamps.rows(["a".to_owned()]).each(|_, lamp| place((lamp.level, lamp.shown, lamp.log)));
        place((self.scene, self.content, self.book, self.log, self.click, lamps, self.code))
    }
}

/// A folder of its own, which is removed at the end.
pub(super) struct Folder(PathBuf);

impl Folder {
    pub(super) fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("dash-record-{}-{number}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(super) fn file(&self) -> PathBuf {
        self.0.join("run.ddlog")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Waits until the thread has written everything.
fn drained(app: &InMemory) {
    while app.recorder().report()["waiting"] != 0 {
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// The state of a dashboard: each property by its name.
type Seen = BTreeMap<String, String>;

/// The replay of a record.
struct Replay {
    engine: Engine,
    shower: Shower,
    run: Run,
    told: Vec<String>,
}

impl Replay {
    fn open<D: Dashboard>(path: &Path) -> Self {
        let Planned { plan, slots, .. } = Plan::of_replay::<D>().unwrap();
        let mut engine = Engine::new(Arc::new(plan), slots, || Box::new(()));
        engine.configure(None, "e2".to_owned(), Limits::default());
        let run = Run::open(path).unwrap();
        let (shower, told) = Shower::new(engine.plan(), run.header());
        engine.start(Duration::ZERO, &mut Effects::default());
        let mut replay = Self { engine, shower, run, told };
        replay.show(&Touched { all: true, ..Touched::default() });
        replay
    }

    fn show(&mut self, touched: &Touched) {
        let (changes, told) = self.shower.changes(self.run.moment(), touched);
        self.told.extend(told);
        let wanted = self.engine.rows_to_make(&changes);
        let (rows, faults) = self.engine.plan().make_rows(wanted);
        assert_eq!(faults, [""; 0]);
        let mut fx = Effects::default();
        self.engine.show(rows, changes, &mut fx);
        assert!(fx.run.is_empty(), "a callback would run");
    }

    fn seen(&self) -> Seen {
        self.engine.recorded_state()
    }

    fn moved(&mut self, go: impl FnOnce(&mut Run, &mut Touched)) -> Seen {
        let mut touched = Touched::default();
        go(&mut self.run, &mut touched);
        self.show(&touched);
        self.seen()
    }

    /// All states: the time, the revision and what is shown.
    fn all(&mut self) -> Vec<(u64, u64, Seen)> {
        let mut all = Vec::new();
        loop {
            all.push((self.run.moment().at, self.run.moment().rev, self.seen()));
            let mut is_some = false;
            self.moved(|run, touched| is_some = run.step(touched).unwrap());
            if !is_some {
                return all;
            }
        }
    }
}

#[derive(Debug, Clone)]
enum Op {
    Scene(u8),
    Click,
    Name(u8),
    Level(u8, u8),
    Rows(Vec<u8>),
    Code(u8),
    /// In one change.
    Swap(u8),
    Pass(u8),
    Join,
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        4 => (0..40_u8).prop_map(Op::Scene),
        4 => Just(Op::Click),
        2 => any::<u8>().prop_map(Op::Name),
        3 => (0..4_u8, 0..20_u8).prop_map(|(row, level)| Op::Level(row, level)),
        2 => proptest::collection::vec(0..4_u8, 0..4).prop_map(Op::Rows),
        1 => any::<u8>().prop_map(Op::Code),
        2 => (0..4_u8).prop_map(Op::Swap),
        2 => (1..50_u8).prop_map(Op::Pass),
        1 => Just(Op::Join),
    ]
}

fn key(row: u8) -> String {
    char::from(b'a' + row % 4).to_string()
}

fn apply(app: &mut InMemory, op: Op) {
    app.advance(Duration::from_millis(1));
    match op {
        Op::Scene(scene) => app.push(changes!(Desk::scene.value = f64::from(scene))).unwrap(),
        Op::Click => app.handle::<Desk>().fire(Desk::click.click, ()).unwrap(),
        Op::Name(name) => app.push(changes!(Desk::name.value = format!("n{name}"))).unwrap(),
        Op::Code(code) => app.push(changes!(Desk::code.value = format!("s3cret{code}"))).unwrap(),
        // The row may not exist.
        Op::Level(row, level) => {
            _ = app.push(changes!(Desk::lamps.row(key(row)).level.value = f64::from(level)));
        }
        Op::Rows(mut rows) => {
            rows.sort_unstable();
            rows.dedup();
            let half = rows.len() / 2;
            rows.rotate_left(half);
            let rows: Vec<String> = rows.into_iter().map(key).collect();
            app.push(changes!(Desk::lamps.rows = rows)).unwrap();
        }
        Op::Swap(row) => {
            // The same key in a new row.
            let rows: Vec<String> = vec![key(row)];
            app.push(changes!(Desk::lamps.rows = Vec::new())).unwrap();
            app.push(changes!(Desk::lamps.rows = rows)).unwrap();
        }
        Op::Pass(millis) => app.advance(Duration::from_millis(u64::from(millis))),
        Op::Join => _ = app.join(),
    }
    app.advance(Duration::ZERO);
}

fn recorded(path: &Path, ops: Vec<Op>) -> Vec<(u64, Seen)> {
    let mut app = InMemory::new::<Desk>(()).unwrap();
    app.record(path).unwrap();
    let mut seen = vec![app.seen()];
    for op in ops {
        apply(&mut app, op);
        seen.push(app.seen());
    }
    seen
}

/// The last state of the record is what was seen last, and it has gaps.
fn ends_with(path: &Path, seen: &Seen) -> Vec<u64> {
    let mut replay = Replay::open::<Desk>(path);
    let (_, to) = replay.run.span();
    let shown = replay.moved(|run, touched| run.seek(to, touched).unwrap());
    assert_eq!(&shown, seen);
    assert_eq!(replay.run.lost(), 0);
    replay.run.gaps().to_vec()
}

fn rounds() -> u32 {
    std::env::var("DASH_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(24)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(rounds()))]

    /// At each revision, a replay shows what the pages showed: stepped forward, sought and stepped back.
    #[test]
    fn g11_a_replay_shows_what_was_seen_at_each_revision(
        ops in proptest::collection::vec(op(), 1..40),
        seeks in proptest::collection::vec(any::<u16>(), 6),
    ) {
        let folder = Folder::new();
        let seen = recorded(&folder.file(), ops);
        let mut replay = Replay::open::<Desk>(&folder.file());
        let all = replay.all();
        for (rev, seen) in &seen {
            let (.., shown) = all.iter().rev().find(|(_, at, _)| at <= rev).unwrap();
            prop_assert_eq!(shown, seen, "at revision {}", rev);
        }
        let (from, to) = replay.run.span();
        for seek in seeks {
            let at = from + u64::from(seek) * (to - from) / u64::from(u16::MAX);
            let shown = replay.moved(|run, touched| run.seek(at, touched).unwrap());
            let place = all.iter().rposition(|(time, ..)| *time <= at).unwrap();
            prop_assert_eq!(&shown, &all[place].2, "at {} of {}..{}", at, from, to);
            let back = replay.moved(|run, touched| _ = run.step_back(touched).unwrap());
            prop_assert_eq!(&back, &all[place.saturating_sub(1)].2);
        }
        let text = fs::read(folder.file()).unwrap();
        prop_assert!(!text.windows(6).any(|part| part == b"s3cret"), "a secret is in the file");
    }
}

fn bytes_of(ops: Vec<Op>) -> Vec<u8> {
    let folder = Folder::new();
    recorded(&folder.file(), ops);
    fs::read(folder.file()).unwrap()
}

fn some_run() -> Vec<Op> {
    (0..12).flat_map(|scene| [Op::Scene(scene), Op::Click, Op::Level(0, scene)]).collect()
}

#[test]
fn commands_and_clients_are_in_the_record_without_secrets() {
    let folder = Folder::new();
    let mut app = InMemory::new::<Desk>(()).unwrap();
    app.record(folder.file()).unwrap();
    let ada = app.join();
    let scene = app.number("scene", "value").unwrap();
    let code = app.number("code", "value").unwrap();
    app.advance(Duration::from_millis(1500));
    app.send(&ada, &format!(r#"{{"n":1,"p":{scene},"v":5.0}}"#));
    app.send(&ada, &format!(r#"{{"n":2,"p":{scene},"v":300.0}}"#));
    app.send(&ada, &format!(r#"{{"n":3,"p":{code},"v":"s3cret"}}"#));
    app.leave(&ada);
    drop(app);
    let (mut run, mut entries) = (Run::open(&folder.file()).unwrap(), Vec::new());
    run.walk(|_, walked| {
        if let Walked::Other(entry) = walked {
            let body = serde_json::from_slice(&entry.body).unwrap_or(serde_json::Value::Null);
            entries.push((entry.kind, entry.at, body));
        }
        Ok(())
    })
    .unwrap();
    let of = |kind: Kind| entries.iter().filter(|entry| entry.0 == kind).collect::<Vec<_>>();
    let clients: Vec<_> = of(Kind::Client).iter().map(|entry| entry.2["came"].as_bool().unwrap()).collect();
    assert_eq!(clients, [true, false]);
    let audit: Vec<_> = of(Kind::Audit)
        .iter()
        .map(|entry| {
            (
                entry.1,
                entry.2["property"].as_str().unwrap(),
                entry.2["new"].as_str(),
                entry.2["outcome"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        audit,
        [
            (1_500_000, "scene.value", Some("5.0"), "applied"),
            (1_500_000, "scene.value", Some("300.0"), "refused"),
            (1_500_000, "code.value", None, "applied"),
        ]
    );
    assert_eq!(of(Kind::End).len(), 1);
    let header: &Header = run.header();
    assert_eq!((header.dashboard.as_str(), header.began), ("Desk", 0));
}

#[test]
fn what_people_did_is_done_again_at_the_same_times() {
    let folder = Folder::new();
    let mut app = InMemory::new::<Desk>(()).unwrap();
    app.record(folder.file()).unwrap();
    let scene = app.number("scene", "value").unwrap();
    let click = app.number("click", "click").unwrap();
    let code = app.number("code", "value").unwrap();
    let ada = app.join();
    app.advance(Duration::from_millis(700));
    app.send(&ada, &format!(r#"{{"n":1,"p":{scene},"v":5.0}}"#));
    app.advance(Duration::from_secs(2));
    app.send(&ada, &format!(r#"{{"n":2,"p":{click}}}"#));
    app.send(&ada, &format!(r#"{{"n":3,"p":{scene},"v":300.0}}"#));
    app.send(&ada, &format!(r#"{{"n":4,"p":{code},"v":"s3cret"}}"#));
    app.leave(&ada);
    let (_, seen) = app.seen();
    drop(app);
    let mut again = InMemory::new::<Desk>(()).unwrap();
    let mut done = Vec::new();
    again
        .replay(folder.file(), |app, command| {
            done.push((command.at.as_millis(), command.property.clone(), command.before.clone(), command.now.clone()));
            if command.property == "scene.value" {
                assert_eq!(app.handle::<Desk>().get(Desk::scene.value), 5.0);
            }
        })
        .unwrap();
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(
        done,
        [
            (700, "scene.value".to_owned(), "applied".to_owned(), some("applied")),
            (2700, "click.click".to_owned(), "applied".to_owned(), some("applied")),
            (2700, "scene.value".to_owned(), "refused".to_owned(), some("refused")),
            (2700, "code.value".to_owned(), "applied".to_owned(), None),
        ]
    );
    assert_eq!(again.seen().1, seen);
}
