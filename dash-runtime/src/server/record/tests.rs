//! A record has exactly what pages have shown, whatever happens to the file.

#![allow(unreachable_pub, reason = "dashboards are written as users write them")]

mod again;
mod commands;
#[cfg(feature = "mcap")]
mod exported;
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
fn what_was_torn_off_or_is_damaged_is_left_out_and_all_before_it_is_used() {
    let whole = bytes_of(some_run());
    let folder = Folder::new();
    let states = |bytes: &[u8]| {
        fs::write(folder.file(), bytes).unwrap();
        let mut replay = Replay::open::<Desk>(&folder.file());
        (replay.all(), replay.run.lost())
    };
    let (all, lost) = states(&whole);
    assert!(all.len() > 30 && lost == 0, "{} states", all.len());
    let keyframe_end = {
        let mut at = 12;
        for _ in 0..2 {
            at += frame::HEAD + u32::from_le_bytes(whole[at..at + 4].try_into().unwrap()) as usize;
        }
        at
    };
    for cut in (keyframe_end..whole.len()).step_by(397) {
        let (some, _) = states(&whole[..cut]);
        assert_eq!(some, all[..some.len()], "cut at {cut}");
        let mut damaged = whole.clone();
        damaged[cut] ^= 0x10;
        let (some, lost) = states(&damaged);
        assert_eq!(some, all[..some.len()], "damaged at {cut}");
        assert!(lost > 0 && some.len() < all.len() || cut + frame::HEAD >= whole.len(), "damaged at {cut}");
    }
    // A crash in the middle of a write leaves zeros.
    let (some, lost) = states(&[&whole[..], &[0; 300]].concat());
    assert_eq!((some, lost), (all, 300));
}

#[test]
fn a_file_that_is_none_or_of_another_version_is_named() {
    let folder = Folder::new();
    let why = |bytes: &[u8]| {
        fs::write(folder.file(), bytes).unwrap();
        Run::open(&folder.file()).unwrap_err().to_string()
    };
    let whole = bytes_of(vec![Op::Click]);
    let mut newer = whole.clone();
    newer[8] = 9;
    assert!(why(&newer).contains("its form is 9, and this program reads forms up to 2"), "{}", why(&newer));
    newer[8] = 1;
    assert!(why(&newer).contains("its form is 1, and this program reads forms from 2 on"), "{}", why(&newer));
    for none in [&b""[..], b"ddlog", b"{}", b"ddlog\n\0\0\x01\0\0\0", &[0; 4096]] {
        assert!(why(none).contains("this is not the record of a run"), "{}", why(none));
    }
    assert!(why(&whole[..40]).contains("the begin of the record is damaged"), "{}", why(&whole[..40]));
    let header = 12 + frame::HEAD + u32::from_le_bytes(whole[12..16].try_into().unwrap()) as usize;
    assert!(why(&whole[..header]).contains("has no state"), "{}", why(&whole[..header]));
    assert!(Run::open(&folder.0.join("gone.ddlog")).unwrap_err().to_string().contains("gone.ddlog"));
    assert!(Run::open(&folder.0).is_err());
}

/// A disk that is full, or that stands still, when the test says so.
#[derive(Clone, Default)]
struct Disk(Arc<DiskState>);

#[derive(Default)]
struct DiskState {
    is_full: AtomicBool,
    stands: Mutex<()>,
}

struct DiskFile(Disk, fs::File);

impl io::Write for DiskFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        drop(self.0.0.stands.lock());
        if !self.0.0.is_full.load(Ordering::Acquire) {
            return self.1.write(bytes);
        }
        // A part fits.
        if bytes.len() < 8 { Err(io::ErrorKind::StorageFull.into()) } else { self.1.write(&bytes[..bytes.len() / 2]) }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.1.flush()
    }
}

impl Medium for DiskFile {
    fn cut(&mut self, len: u64) -> io::Result<()> {
        self.1.cut(len)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.1.sync()
    }
}

impl Disk {
    fn start(&self, path: &Path, header: &Header) -> Writer {
        let disk = self.clone();
        let open = move |path: &Path| -> io::Result<Box<dyn Medium>> {
            Ok(Box::new(DiskFile(disk.clone(), fs::File::create_new(path)?)))
        };
        Writer::start_with(&Recording::new(path), header, Box::new(open)).unwrap()
    }
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

#[test]
fn a_full_disk_is_told_the_dashboard_goes_on_and_so_does_the_record_after_a_gap() {
    let (folder, disk) = (Folder::new(), Disk::default());
    let mut app = InMemory::new::<Desk>(()).unwrap();
    app.record_with(|header| Ok(disk.start(&folder.file(), header))).unwrap();
    let recorder = app.recorder();
    let until = |app: &mut InMemory, is: &dyn Fn() -> bool| {
        for round in 0.. {
            assert!(round < 2000, "in vain");
            apply(app, Op::Scene(round as u8 % 90));
            if is() {
                return;
            }
            std::thread::sleep(Duration::from_millis(2));
        }
    };
    until(&mut app, &|| true);
    disk.0.is_full.store(true, Ordering::Release);
    until(&mut app, &|| !recorder.is_written());
    assert_eq!(recorder.report()["status"], "failing");
    apply(&mut app, Op::Scene(7));
    disk.0.is_full.store(false, Ordering::Release);
    until(&mut app, &|| recorder.is_written());
    std::thread::sleep(Duration::from_millis(50));
    apply(&mut app, Op::Scene(3));
    apply(&mut app, Op::Scene(4));
    assert!(recorder.report()["lost"].as_u64().unwrap() > 0);
    let (_, seen) = app.seen();
    drop(app);
    assert!(!ends_with(&folder.file(), &seen).is_empty());
}

#[test]
fn a_disk_that_stands_still_costs_a_gap_and_nobody_waits_for_it() {
    let (folder, disk) = (Folder::new(), Disk::default());
    let mut app = InMemory::new::<Desk>(()).unwrap();
    app.record_with(|header| Ok(disk.start(&folder.file(), header))).unwrap();
    let recorder = app.recorder();
    drained(&app);
    let stands = disk.0.stands.lock().unwrap();
    let lost = || recorder.report()["lost"].as_u64().unwrap();
    // More than wait in the queue and than the thread may have taken of it.
    let all = QUEUE * 3;
    for round in 0..all {
        app.push(changes!(Desk::hello.text = round.to_string())).unwrap();
    }
    let waiting = recorder.report()["waiting"].as_u64().unwrap();
    assert_eq!(waiting + lost(), all as u64, "each of them is in one of both");
    assert!(lost() > 0 && waiting >= QUEUE as u64);
    drop(stands);
    let lost = lost();
    drained(&app);
    app.push(changes!(Desk::hello.text = "after".to_owned())).unwrap();
    assert_eq!(recorder.report()["lost"].as_u64().unwrap(), lost);
    let (_, seen) = app.seen();
    drop(app);
    assert_eq!(ends_with(&folder.file(), &seen).len(), 1);
}

#[cfg(unix)]
#[test]
fn a_place_that_cannot_be_written_is_an_error_at_the_start_and_only_the_owner_reads_the_file() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Folder::new();
    let mut app = InMemory::new::<Desk>(()).unwrap();
    for path in [folder.0.join("no/such/run.ddlog"), folder.0.clone(), "/proc/run.ddlog".into()] {
        let error = app.record(path.as_path()).unwrap_err();
        assert!(error.is_record() && error.to_string().contains("cannot be written"), "{error}");
    }
    assert!(folder.0.is_dir(), "a directory is not pushed away");
    app.record(folder.file()).unwrap();
    assert_eq!(fs::metadata(folder.file()).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn a_record_that_is_there_becomes_an_older_part_and_all_parts_have_a_bound() {
    let folder = Folder::new();
    recorded(&folder.file(), vec![Op::Scene(1)]);
    let first = fs::read(folder.file()).unwrap();
    recorded(&folder.file(), vec![Op::Scene(2)]);
    assert_eq!(fs::read(folder.0.join("run.ddlog.1")).unwrap(), first);
    let size = 1024 * 1024;
    let mut app = InMemory::new::<Desk>(()).unwrap();
    app.record(Recording::new(folder.file()).size(size)).unwrap();
    let long = "x".repeat(20_000);
    for round in 0..200_u32 {
        app.push(changes!(Desk::hello.text = format!("{round}{long}"))).unwrap();
        if round % 10 == 0 {
            // The thread says when it needs a keyframe.
            drained(&app);
        }
    }
    drop(app);
    let parts: Vec<PathBuf> = fs::read_dir(&folder.0).unwrap().map(|entry| entry.unwrap().path()).collect();
    let all: u64 = parts.iter().map(|part| fs::metadata(part).unwrap().len()).sum();
    assert!(parts.len() > 2 && all <= size, "{all} bytes in {parts:?}");
    for part in &parts {
        assert!(Run::open(part).is_ok_and(|run| run.lost() == 0), "{part:?}");
    }
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

#[cfg(feature = "mcap")]
#[test]
fn a_record_is_exported_as_mcap_with_schemas_and_times() {
    let folder = Folder::new();
    recorded(&folder.file(), some_run());
    let to = folder.0.join("run.mcap");
    let plan = Plan::of_replay::<Desk>().unwrap().plan;
    let said = super::mcap::export(&plan, &folder.file(), &to).unwrap();
    assert!(said.contains("messages in"), "{said}");
    let bytes = fs::read(&to).unwrap();
    let mut scenes = Vec::new();
    let mut lines = 0;
    for message in mcap::MessageStream::new(&bytes).unwrap() {
        let message = message.unwrap();
        let schema = message.channel.schema.as_ref().unwrap();
        assert_eq!((schema.encoding.as_str(), message.channel.message_encoding.as_str()), ("jsonschema", "json"));
        let schema: serde_json::Value = serde_json::from_slice(&schema.data).unwrap();
        let data: serde_json::Value = serde_json::from_slice(&message.data).unwrap();
        match message.channel.topic.as_str() {
            "/scene/value" => {
                assert_eq!(schema["properties"]["value"]["type"], "number");
                scenes.push((message.log_time, data["value"].as_f64().unwrap()));
            }
            "/log/items" => lines += 1,
            "/lamps/a/shown/text" => assert!(data["value"].is_string()),
            "/code/value" => panic!("a secret"),
            _ => {}
        }
    }
    assert_eq!(scenes.iter().map(|(_, scene)| *scene).collect::<Vec<_>>(), (0..12).map(f64::from).collect::<Vec<_>>());
    assert!(scenes.is_sorted() && scenes[1].0 >= 1_000_000, "{scenes:?}");
    assert!(lines > 3, "{lines}");
    assert!(super::mcap::export(&plan, &folder.file(), &to).is_err(), "a file that is there stays");
}

/// The same dashboard, after it was changed.
mod later {
    use super::*;

    #[components]
    pub struct Desk {
        pub extra: Label,
        pub scene: Dial,
        pub content: Frame,
        /// It was a piece of the page.
        #[dynamic]
        pub hello: Log,
        #[dynamic]
        pub name: Dial,
        pub lamps: Many<String, Lamp>,
    }

    impl Dashboard for Desk {
        type Device = ();
        type Session = ();
        const CALLBACKS: Callbacks<Self> = callbacks![];

        fn layout(self) -> Element {
            let lamps = self.lamps.each(|_, lamp| place((lamp.level, lamp.shown, lamp.log)));
            place((self.extra, self.scene, self.content, lamps))
        }
    }
}

#[test]
fn of_a_record_of_another_version_what_fits_is_shown_and_the_rest_is_named() {
    let folder = Folder::new();
    recorded(&folder.file(), vec![Op::Scene(3), Op::Level(0, 7)]);
    let mut replay = Replay::open::<later::Desk>(&folder.file());
    let told = replay.told.join("\n");
    for part in [
        "the dashboard has changed since the record was made",
        "the record has these, which the dashboard has no longer: book.levels, book.lines, click.click, code.value",
        "the dashboard has these, which are not in the record: extra.text, ",
        "`name.value` is not shown: its type has changed, or its value is not in the record",
    ] {
        assert!(told.contains(part), "{part:?} is not in:\n{told}");
    }
    let (_, to) = replay.run.span();
    let seen = replay.moved(|run, touched| run.seek(to, touched).unwrap());
    assert_eq!(seen["scene.value"], "3.0 None false");
    assert_eq!(seen["lamps[a].shown.text"], "\"a: 7\" None false");
    assert!(seen["name.value"].contains("its type has changed"), "{}", seen["name.value"]);
    assert!(seen["content.children"].contains("scene 3"), "{}", seen["content.children"]);
}
