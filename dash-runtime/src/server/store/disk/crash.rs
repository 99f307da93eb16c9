//! Ends the process that writes at any moment, and reads what it has left.
//!
//! The writer is this test program once more, started for the test `the_writer` alone. It says what the store has
//! accepted; what is read afterwards must have all of that.

use std::{
    collections::BTreeMap,
    env,
    io::{BufRead as _, BufReader, Write as _},
    path::Path,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use super::{
    super::{Entry, Level, Store, Table, record::Record},
    DiskStore, LIMITS, Limits,
    tests::{Folder, SMALL},
};
use crate::server::lock;

/// So many threads append at once.
pub(super) const WRITERS: u64 = 4;

/// So many appends of a writer are kept in its history. It removes the older ones.
const KEPT: u64 = 100;

/// How often the writer is ended. `DASH_ROUNDS` sets it for a longer run.
pub(super) fn rounds(few: u32) -> u32 {
    env::var("DASH_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(few)
}

fn state_key(writer: u64) -> Vec<u8> {
    format!("state {writer}").into()
}

fn block_key(writer: u64, number: u64, part: u8) -> Vec<u8> {
    let mut key = format!("block {writer} ").into_bytes();
    key.extend(number.to_be_bytes());
    key.push(part);
    key
}

fn record(key: &[u8], number: u64) -> Vec<u8> {
    // Some are larger than a page, and some larger than what fjall writes at once.
    let len = if number.is_multiple_of(17) { 12_000 } else { 30 + number as usize % 500 };
    let body: Vec<u8> = (0..len).map(|at| (at as u64 * 31 + number) as u8).collect();
    Record { epoch: 1, rev: number, time: 0, body: &body }.to_bytes(key)
}

fn put(table: Table, key: Vec<u8>, number: u64) -> Entry {
    let value = record(&key, number);
    Entry { table, key, value: Some(value) }
}

/// The number of the last append of each writer.
fn last_of(store: &DiskStore) -> BTreeMap<u64, u64> {
    let rev = |writer| {
        let key = state_key(writer);
        let found = store.load(Table::States, &key).unwrap();
        found.first().map(|(_, value)| Record::read(&key, value).expect("a state is torn").rev)
    };
    (0..WRITERS).filter_map(|writer| Some((writer, rev(writer)?))).collect()
}

/// How the writer appends, and what it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// Each append at this level. It says all of them.
    Each(Level),
    /// One of five at [`Level::Power`]. It says only those, because they secure the others.
    Mixed,
}

impl Mode {
    fn level(self, number: u64) -> Level {
        match self {
            Self::Each(level) => level,
            Self::Mixed if number.is_multiple_of(5) => Level::Power,
            Self::Mixed => Level::Crash,
        }
    }
}

/// Appends until the process is ended, and says what was accepted.
fn write_for_ever(folder: &Path, mode: Mode, limits: Limits) {
    let store = DiskStore::open_sized(folder, limits).unwrap();
    let last = last_of(&store);
    let said = Mutex::new(std::io::stdout());
    thread::scope(|scope| {
        for writer in 0..WRITERS {
            let (store, said) = (&store, &said);
            let next = last.get(&writer).map_or(0, |last| last + 1);
            scope.spawn(move || {
                for number in next.. {
                    let entries = [
                        put(Table::Histories, block_key(writer, number, 0), number),
                        put(Table::States, state_key(writer), number),
                        put(Table::Histories, block_key(writer, number, 1), number),
                    ];
                    let level = mode.level(number);
                    store.append(&entries, level).unwrap();
                    if mode == Mode::Each(level) || level == Level::Power {
                        writeln!(lock(said), "\nack {writer} {number}").unwrap();
                    }
                    if number % 50 == 0 {
                        let end = block_key(writer, number.saturating_sub(KEPT), 0);
                        store.trim(Table::Histories, &block_key(writer, 0, 0)..&end).unwrap();
                    }
                }
            });
        }
    });
}

/// Not a test by itself: the process that is ended.
#[test]
fn the_writer() {
    if let Ok(folder) = env::var("DASH_STORE_WRITER") {
        let mode = match env::var("DASH_STORE_MODE").as_deref() {
            Ok("crash") => Mode::Each(Level::Crash),
            Ok("power") => Mode::Each(Level::Power),
            _ => Mode::Mixed,
        };
        let limits = if env::var_os("DASH_STORE_SMALL").is_some() { SMALL } else { LIMITS };
        write_for_ever(Path::new(&folder), mode, limits);
    }
}

/// The writer, and what it said.
pub(super) struct Writing {
    child: Child,
    acked: Arc<Mutex<BTreeMap<u64, u64>>>,
    /// How many of its appends each writer has made itself, without the thread of the store.
    here: Arc<Mutex<BTreeMap<u64, u64>>>,
    reading: Option<thread::JoinHandle<()>>,
}

impl Writing {
    pub(super) fn start(folder: &Path, mode: Mode, small: bool) -> Self {
        Self::start_test("crash::the_writer", folder, mode, small)
    }

    /// Starts this test of the store on disk as the process that writes.
    pub(super) fn start_test(test: &str, folder: &Path, mode: Mode, small: bool) -> Self {
        let mut command = Command::new(env::current_exe().unwrap());
        command.args(["--exact", &format!("server::store::disk::{test}"), "--nocapture"]);
        command.env("DASH_STORE_WRITER", folder).stdout(Stdio::piped()).stderr(Stdio::inherit());
        command.env(
            "DASH_STORE_MODE",
            match mode {
                Mode::Each(Level::Crash) => "crash",
                Mode::Each(Level::Power) => "power",
                Mode::Mixed => "mixed",
            },
        );
        if small {
            command.env("DASH_STORE_SMALL", "1");
        }
        let mut child = command.spawn().unwrap();
        let (acked, here) = <(Arc<Mutex<BTreeMap<_, _>>>, Arc<Mutex<_>>)>::default();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let into = [("ack ", Arc::clone(&acked)), ("here ", Arc::clone(&here))];
        let reading = thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                for (word, into) in &into {
                    if let Some((writer, number)) = line.strip_prefix(word).and_then(|said| said.split_once(' ')) {
                        // The end of the process may have cut its last line.
                        if let (Ok(writer), Ok(number)) = (writer.parse::<u64>(), number.parse::<u64>()) {
                            lock(into).insert(writer, number);
                        }
                    }
                }
            }
        });
        Self { child, acked, here, reading: Some(reading) }
    }

    /// Waits until each writer has written this often, or the child has ended.
    pub(super) fn until(&mut self, times: u64) {
        let first = self.acked();
        let begin = Instant::now();
        let behind = |acked: &BTreeMap<u64, u64>| {
            acked.len() < WRITERS as usize
                || acked.iter().any(|(writer, now)| first.get(writer).is_some_and(|first| now - first < times))
        };
        while behind(&self.acked()) {
            assert!(self.child.try_wait().unwrap().is_none(), "the writer has ended by itself");
            assert!(begin.elapsed() < Duration::from_secs(120), "the writer does not write");
            thread::sleep(Duration::from_millis(1));
        }
    }

    /// What was accepted by now.
    pub(super) fn acked(&self) -> BTreeMap<u64, u64> {
        lock(&self.acked).clone()
    }

    /// Ends the process as `kill -9` does, and says what it said before.
    pub(super) fn kill(self) -> BTreeMap<u64, u64> {
        self.kill_and_count().0
    }

    /// The same, with the number of appends that the writers have made themselves.
    pub(super) fn kill_and_count(mut self) -> (BTreeMap<u64, u64>, u64) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.reading.take().unwrap().join().unwrap();
        let here = lock(&self.here).values().sum();
        (self.acked(), here)
    }
}

impl Drop for Writing {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What the store has of each writer. Panics at a hole, at something torn, and at an append that is there in part.
pub(super) fn read_whole(store: &DiskStore) -> BTreeMap<u64, u64> {
    let last = last_of(store);
    for writer in 0..WRITERS {
        let prefix = format!("block {writer} ");
        let blocks = store.load(Table::Histories, prefix.as_bytes()).unwrap();
        let mut newest = None;
        for pair in blocks.chunks(2) {
            let [(first, a), (second, b)] = pair else { panic!("writer {writer}: an append is there in part") };
            let number = Record::read(first, a).expect("a block is torn").rev;
            assert_eq!(Record::read(second, b).expect("a block is torn").rev, number);
            assert_eq!((first, second), (&block_key(writer, number, 0), &block_key(writer, number, 1)));
            assert_eq!((a, b), (&record(first, number), &record(second, number)));
            assert!(newest.is_none_or(|newest| newest + 1 == number), "writer {writer}: a hole before {number}");
            newest = Some(number);
        }
        assert_eq!(newest, last.get(&writer).copied(), "writer {writer}: the state and the history differ");
        let kept = last.get(&writer).map_or(0, |last| KEPT.min(last + 1));
        assert!(blocks.len() as u64 >= 2 * kept, "writer {writer}: the history is too short");
    }
    last
}

/// Each writer's last accepted append is there. So may be the one after it, of which nobody was told.
pub(super) fn assert_there(acked: &BTreeMap<u64, u64>, found: &BTreeMap<u64, u64>, when: &str) {
    for (writer, acked) in acked {
        let found = found.get(writer).copied();
        assert!(
            found == Some(*acked) || found == Some(acked + 1),
            "{when}: writer {writer} had {acked} accepted, {found:?} is there"
        );
    }
}

/// Random enough, and written with the failure.
pub(super) fn random_millis(most: u64) -> u64 {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).unwrap();
    u64::from_ne_bytes(bytes) % most
}

#[test]
fn after_kill_9_every_accepted_append_is_there_and_whole() {
    let folders = [(Folder::fast(), true), (Folder::fast(), false)];
    let mut total = 0;
    for round in 0..rounds(20) {
        let (folder, small) = &folders[round as usize % 2];
        let mut writing = Writing::start(&folder.path(), Mode::Each(Level::Crash), *small);
        writing.until(0);
        let wait = random_millis(150);
        thread::sleep(Duration::from_millis(wait));
        let acked = writing.kill();
        let store = DiskStore::open(folder.path()).unwrap();
        let found = read_whole(&store);
        assert_there(&acked, &found, &format!("round {round}, killed after {wait} ms"));
        total += acked.len();
    }
    assert!(total > 0);
    for (folder, _) in &folders {
        let store = DiskStore::open(folder.path()).unwrap();
        println!("appends that are there: {:?}", read_whole(&store));
    }
}
