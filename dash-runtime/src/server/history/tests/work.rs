//! How much is read for a write and for a read. The counts do not depend on the computer.

use std::{
    collections::BTreeSet,
    ops::Range,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use super::{
    super::{History, Micros, Point, Records, Retention, block::DECODED, query::Shown},
    KEY, SECOND,
};
use crate::{
    server::{
        lock,
        store::{Entry, Level, MemoryStore, Order, Store, StoreError, Table, Visit},
    },
    value::Value,
};

const HOUR: Micros = 3600 * SECOND;
const DAY: Micros = 24 * HOUR;

/// Counts the searches, the bytes of what they have found, and how many removed keys they have passed over: a store on disk
/// has those until they are sorted.
#[derive(Debug, Default)]
struct Counting {
    store: MemoryStore,
    searches: AtomicUsize,
    found: AtomicUsize,
    removed: Mutex<BTreeSet<Vec<u8>>>,
    passed: AtomicUsize,
}

impl Store for Counting {
    fn append(&self, entries: &[Entry], level: Level) -> Result<(), StoreError> {
        let removed = entries.iter().filter(|entry| entry.value.is_none()).map(|entry| entry.key.clone());
        lock(&self.removed).extend(removed);
        self.store.append(entries, level)
    }

    fn range(&self, table: Table, keys: Range<&[u8]>, order: Order, visit: &mut Visit<'_>) -> Result<(), StoreError> {
        self.searches.fetch_add(1, Ordering::Relaxed);
        let mut reached = (keys.start.to_vec(), keys.end.to_vec());
        self.store.range(table, keys, order, &mut |key, value| {
            self.found.fetch_add(key.len() + value.len(), Ordering::Relaxed);
            let flow = visit(key, value);
            if flow.is_break() {
                let end = if order == Order::Ascending { &mut reached.1 } else { &mut reached.0 };
                *end = key.to_vec();
            }
            flow
        })?;
        if reached.0 < reached.1 {
            let passed = lock(&self.removed).range(reached.0..reached.1).count();
            self.passed.fetch_add(passed, Ordering::Relaxed);
        }
        Ok(())
    }

    fn trim(&self, table: Table, keys: Range<&[u8]>) -> Result<(), StoreError> {
        self.store.trim(table, keys)
    }
}

/// What was read.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Clone, Copy)]
struct Work {
    /// Searches in the store.
    searches: usize,
    /// Samples and cells that were read from blocks.
    decoded: usize,
}

impl Counting {
    fn work(&self, run: impl FnOnce()) -> Work {
        self.searches.store(0, Ordering::Relaxed);
        DECODED.set(0);
        run();
        Work { searches: self.searches.load(Ordering::Relaxed), decoded: DECODED.get() }
    }
}

fn open(store: &dyn Store) -> History {
    History::open(store, KEY.to_vec(), Retention::default(), 1).unwrap().0
}

/// One sample in each `every`, with numbers that differ.
fn rare(times: Range<Micros>, every: Micros) -> impl Iterator<Item = Point> {
    times.step_by(every as usize).map(|time| Point { time, values: vec![Some((time / SECOND % 977) as f64)] })
}

/// Writes a part, and ten minutes later merges it. Returns the work of the merge.
fn merge(history: &mut History, store: &Counting, now: Micros) -> Work {
    let mut write = |now| {
        let entries = history.entries(store, now).unwrap();
        store.append(&entries, Level::Crash).unwrap();
        history.written();
    };
    write(now);
    let work = store.work(|| write(now + 600 * SECOND));
    assert!(history.is_at_rest(), "nothing was merged");
    work
}

#[test]
fn fault_a_merge_of_rare_samples_read_a_block_again_for_each_sample() {
    const COUNT: i64 = 3000;
    let store = Counting::default();
    let mut history = open(&store);
    history.append(rare(0..COUNT * HOUR, HOUR));
    let first = merge(&mut history, &store, 0);
    // Samples in between: each block of samples changes.
    history.append(rare(HOUR / 2..COUNT * HOUR, HOUR));
    let second = merge(&mut history, &store, 0);
    println!("{first:?}, {second:?}");
    // Each level reads them once. Of the cells, only those of the widest levels are stored.
    let most = Work { searches: 400, decoded: 12 * 2 * COUNT as usize };
    for work in [first, second] {
        assert!(work.searches <= most.searches && work.decoded <= most.decoded, "{work:?}, at most {most:?}");
    }
}

#[test]
fn fault_a_merge_of_a_few_rare_samples_read_a_block_for_each_of_them_and_each_level() {
    for every in [10, 60, 600] {
        let every = every * SECOND;
        let store = Counting::default();
        let mut history = open(&store);
        for day in 0..30 {
            history.append(rare(day * DAY..(day + 1) * DAY, every));
            merge(&mut history, &store, (day + 1) * DAY);
        }
        let mut most = Work { searches: 0, decoded: 0 };
        for part in 0..6 * 24 {
            let begin = 30 * DAY + part * 600 * SECOND;
            history.append(rare(begin..begin + 600 * SECOND, every));
            let work = merge(&mut history, &store, begin + 600 * SECOND);
            most = Work { searches: most.searches.max(work.searches), decoded: most.decoded.max(work.decoded) };
        }
        println!("one in {} s: {most:?}", every / SECOND);
        assert!(most.searches <= 120 && most.decoded <= 40_000, "one in {} s: {most:?}", every / SECOND);
    }
}

#[test]
fn fault_a_chart_of_rare_samples_that_were_not_merged_searched_for_each_of_them() {
    let store = Counting::default();
    let mut history = open(&store);
    history.append(rare(0..1000 * HOUR, 60 * SECOND));
    merge(&mut history, &store, 0);
    history.append(rare(HOUR / 2 + SECOND..1000 * HOUR, HOUR));
    let work = store.work(|| {
        let read = history.read(&store, 0, 1000 * HOUR, 500).unwrap();
        let Shown::Cells { cells, .. } = read.shown else { panic!("these are samples") };
        assert_eq!(cells.iter().map(|cell| cell.count).sum::<u64>(), 61_000);
    });
    assert!(work.searches <= 60, "{work:?}");
}

/// Lines with this text, in a history that has been flushed.
struct Lines<'s> {
    store: &'s Counting,
    records: Records,
    text: String,
}

impl<'s> Lines<'s> {
    fn open(store: &'s Counting, text: String) -> Self {
        Self::open_with(store, text, Retention::default())
    }

    fn open_with(store: &'s Counting, text: String, retention: Retention) -> Self {
        let (records, _) = Records::open(store, KEY.to_vec(), retention, 1).unwrap();
        Self { store, records, text }
    }

    /// Appends lines with these times. Returns the number of searches, and the bytes that they have found.
    fn append(&mut self, times: impl Iterator<Item = Micros>) -> (usize, usize) {
        let lines: Vec<_> = times.map(|time| (Some(time), Value::new(self.text.clone()).unwrap())).collect();
        self.store.found.store(0, Ordering::Relaxed);
        let Work { searches, .. } =
            self.store.work(|| assert_eq!(self.records.append_all(self.store, lines).unwrap(), 0));
        (searches, self.store.found.load(Ordering::Relaxed))
    }

    fn write(&mut self) {
        loop {
            let entries = self.records.entries(self.store, 0).unwrap();
            if entries.is_empty() {
                return self.records.flushed();
            }
            self.store.append(&entries, Level::Crash).unwrap();
            self.records.written();
        }
    }
}

#[test]
fn fault_each_late_record_was_searched_for_alone() {
    let store = Counting::default();
    let mut lines = Lines::open(&store, "water: valve 7 is open".to_owned());
    let seconds = |seconds: Range<i64>| seconds.map(|second| second * SECOND);
    assert_eq!(lines.append(seconds(0..1000).chain(seconds(5000..6000))).0, 0, "they are the first");
    lines.write();
    assert_eq!(lines.append(seconds(6000..7000)).0, 0, "they are the newest");
    lines.write();
    for (what, times) in [
        ("in a gap", seconds(2000..3000).collect::<Vec<_>>()),
        ("in between", (0..1000).map(|second| second * SECOND + SECOND / 2).collect()),
        ("with the same times", seconds(0..1000).collect()),
        ("of one microsecond", vec![SECOND; 900]),
        ("of the same one", vec![SECOND; 100]),
    ] {
        let (searches, found) = lines.append(times.into_iter());
        println!("{what}: {searches} searches, {found} bytes");
        assert!((1..=4).contains(&searches), "{what}: {searches} searches");
        lines.write();
    }
}

/// Long lines are not read only because they are beside the new ones.
#[test]
fn the_search_for_late_records_passes_over_few_bytes() {
    const LINE: usize = 100_000;
    let store = Counting::default();
    let mut lines = Lines::open(&store, "x".repeat(LINE));
    lines.append((0..100).map(|_| 0).chain([1000 * SECOND]));
    lines.append((1..50).map(|second| second * SECOND));
    lines.write();
    for time in [0, SECOND / 2, 70 * SECOND] {
        let (searches, found) = lines.append([time].into_iter());
        println!("at {time}: {searches} searches, {found} bytes");
        assert!(searches <= 2 && found < 4 * LINE, "{searches} searches, {found} bytes");
    }
}

/// With a log that had reached its size, each removal took longer than the one before, until the lines came sooner.
#[test]
fn fault_each_removal_passed_over_all_lines_that_were_removed_before() {
    let store = Counting::default();
    let retention = Retention { size: 100_000, ..Retention::default() };
    let mut lines = Lines::open_with(&store, "water: valve 7 is open".to_owned(), retention);
    for second in 0..300 {
        lines.append((0..100).map(|part| second * SECOND + part));
        lines.write();
    }
    let (removed, passed) = (lock(&store.removed).len(), store.passed.load(Ordering::Relaxed));
    println!("{removed} were removed, {passed} passed over");
    assert!(removed > 25_000, "{removed}");
    assert!(passed <= removed, "{passed} of {removed} were passed over");
    let page = lines.records.read(&store, Micros::MIN..Micros::MAX, None, 100_000).unwrap();
    assert_eq!(page.records.len() + removed, 30_000);
    assert_eq!(store.passed.load(Ordering::Relaxed), passed, "a read has passed over some");
}
