//! Single promises.

use std::{
    cell,
    ops::Range,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use super::{
    super::{
        EARLIEST, History, LATEST, LIMITS, Limits, MOST_SERIES, Micros, Point, Retention, Samples, Values,
        cell::Cell,
        merge::count,
        query::{Read, Shown},
    },
    KEY, SECOND, SMALL, assert_points, assert_shows,
};
use crate::server::{
    lock,
    store::{Entry, Level, MemoryStore, Order, Store, StoreError, StoreFault, Table, Visit},
};

fn opened(store: &dyn Store, retention: Retention, limits: &Limits) -> History {
    let (history, told) = History::open_limited(store, KEY.to_vec(), retention, 1, limits.clone()).unwrap();
    assert_eq!(told, Vec::<String>::new());
    history
}

fn write(history: &mut History, store: &dyn Store, now: Micros) {
    let entries = history.entries(store, now).unwrap();
    store.append(&entries, Level::Crash).unwrap();
    history.written();
}

fn one(time: Micros, value: f64) -> Point {
    Point { time, values: vec![Some(value)] }
}

fn samples(read: Read) -> Vec<Point> {
    assert_eq!(read.told, Vec::<String>::new());
    let Shown::Samples(samples) = read.shown else { panic!("these are no samples: {read:?}") };
    samples
}

/// A point with the value of its time.
fn at(time: Micros) -> Point {
    one(time, time as f64)
}

#[test]
fn late_samples_find_their_place_and_the_last_one_of_a_time_is_shown() {
    let store = MemoryStore::new();
    let mut history = opened(&store, Retention::default(), &SMALL);
    for time in (0..400).filter(|time| time % 7 != 0) {
        history.append([at(time)]);
        write(&mut history, &store, time);
    }
    for time in (0..400).rev().filter(|time| time % 7 == 0) {
        history.append([one(time, -1.0), at(time)]);
        write(&mut history, &store, time);
    }
    let all: Vec<Point> = (0..400).map(at).collect();
    assert_points(&samples(history.read(&store, 0, 1000, 1000).unwrap()), &all);
    let history = opened(&store, Retention::default(), &SMALL);
    assert_points(&samples(history.read(&store, 0, 1000, 1000).unwrap()), &all);
    assert_points(&history.last(&store, 250, 3).unwrap().0, &all[248..251]);
}

#[test]
fn a_gap_stays_a_gap() {
    let store = MemoryStore::new();
    let mut history = opened(&store, Retention::default(), &LIMITS);
    let hour = 3600 * SECOND;
    for begin in [0, 100 * hour] {
        history.append((0..7200).map(|second| at(begin + second * SECOND)));
        write(&mut history, &store, begin);
    }
    let Shown::Cells { width, cells } = history.read(&store, 0, 102 * hour, 1000).unwrap().shown else { panic!() };
    let in_gap = |cell: &&Cell| cell.last >= 2 * hour && cell.first < 100 * hour;
    assert!(!cells.iter().any(|cell| in_gap(&cell)), "there is a cell without samples");
    assert!(cells.len() as i64 >= 4 * hour / width, "{} cells of {width} us", cells.len());
    assert!(samples(history.read(&store, 2 * hour, 100 * hour, 1000).unwrap()).is_empty());
}

#[test]
fn what_is_not_a_sample_is_refused() {
    let store = MemoryStore::new();
    let mut history = opened(&store, Retention::default(), &Limits { full_head: 50, ..SMALL });
    let wide = Point { time: 0, values: vec![None; MOST_SERIES + 1] };
    assert_eq!(history.append([at(i64::MIN), at(EARLIEST - 1), at(LATEST + 1), at(i64::MAX), wide]), 5);
    assert_eq!(history.append([one(EARLIEST, f64::NAN), one(LATEST, f64::INFINITY)]), 0);
    write(&mut history, &store, 0);
    let kept = samples(history.read(&store, i64::MIN, i64::MAX, 10).unwrap());
    assert_points(&kept, &[EARLIEST, LATEST].map(|time| Point { time, values: vec![None] }));
    assert_eq!(history.append((0..100).map(at)), 94, "the memory of a history is not bounded");
    let long = History::open(&store, vec![1; 1020], Retention::default(), 1).unwrap_err();
    assert_eq!(long.fault(), StoreFault::Invalid, "{long}");
}

#[test]
fn all_extreme_times_and_widths_are_read() {
    let store = MemoryStore::new();
    let mut history = opened(&store, Retention::default(), &SMALL);
    let times = [EARLIEST, -1, 0, 1, 1_764_000_000_000_000, LATEST];
    history.append(times.into_iter().flat_map(|time| (0..50).map(move |at| (time + at).min(LATEST))).map(at));
    for _ in 0..2 {
        let all: Samples = (*history.head).clone();
        let all = if all.is_empty() { whole(&history, &store) } else { all };
        for from in [i64::MIN, EARLIEST, -1, 0, LATEST, i64::MAX] {
            for to in [i64::MIN, -1, 0, 100, LATEST, i64::MAX] {
                for points in [0, 1, 2, 3, 20, usize::MAX] {
                    let read = history.read(&store, from, to, points).unwrap();
                    let (from, to) = (from.clamp(EARLIEST, LATEST + 1), to.clamp(EARLIEST, LATEST + 1));
                    assert_shows(&read.shown, &all, from, to, points.min(1000));
                }
            }
        }
        write(&mut history, &store, i64::MAX);
        write(&mut history, &store, i64::MIN);
    }
}

fn whole(history: &History, store: &dyn Store) -> Samples {
    let all = samples(history.read(store, i64::MIN, i64::MAX, usize::MAX).unwrap());
    all.into_iter().map(|point| (point.time, point.values)).collect()
}

#[test]
fn a_history_keeps_its_span_and_little_more() {
    let store = MemoryStore::new();
    let span = 320 * SECOND;
    let retention = Retention { span: Duration::from_secs(320), size: 0 };
    let mut history = opened(&store, retention, &SMALL);
    for second in 0..2000 {
        let now = second * SECOND;
        // Clocks that are wrong, far ahead and long ago.
        if second % 500 == 250 {
            history.append([at(1000 * 86_400 * SECOND + second), at(-1000 * 86_400 * SECOND + second)]);
        }
        history.append([at(now)]);
        write(&mut history, &store, now);
        let all = whole(&history, &store);
        let future = all.range(now + 1..).count() as i64;
        assert_eq!(future, (second + 250) / 500, "a sample that is ahead is removed");
        let kept = all.range(now - span..=now).count() as i64;
        assert_eq!(kept, second.min(320) + 1, "a sample is removed that is not too old");
        let old = all.range(..now - span - span / 32).next();
        assert!(old.is_none_or(|_| second % 500 == 250), "{old:?} is kept at {now}");
    }
    // What is ahead is not the end for those who say what the time is.
    assert_points(&history.last(&store, 2000 * SECOND, 1).unwrap().0, &[at(1999 * SECOND)]);
}

#[test]
fn a_history_without_new_samples_becomes_empty() {
    let store = MemoryStore::new();
    let mut history = opened(&store, Retention { span: Duration::from_secs(100), size: 0 }, &SMALL);
    history.append((0..1000).map(|second| at(second * SECOND / 20)));
    write(&mut history, &store, 50 * SECOND);
    for _ in 0..30 {
        write(&mut history, &store, 200 * SECOND);
    }
    assert_eq!(history.extent(&store).unwrap(), None);
    assert_eq!(count(&store, &history.keys).unwrap(), 0);
    assert_eq!(store.load(Table::Histories, KEY).unwrap().len(), 1, "more than the size is left");
    assert!(history.entries(&store, 200 * SECOND).unwrap().is_empty(), "there is something to do for ever");
}

#[test]
fn a_history_keeps_its_size() {
    let store = MemoryStore::new();
    let size = 30_000;
    let limits = Limits { removed: 100, ..SMALL };
    let mut history = opened(&store, Retention { span: Duration::ZERO, size }, &limits);
    let mut smallest = u64::MAX;
    for second in 0..6000 {
        history.append([at(second * SECOND)]);
        write(&mut history, &store, second * SECOND);
        let bytes: usize =
            store.load(Table::Histories, KEY).unwrap().iter().map(|(key, value)| key.len() + value.len()).sum();
        // The parts of the last seconds, and the record of the size itself, come on top.
        assert!(bytes as u64 <= size + 220, "{bytes} bytes at {second}");
        if second > 4000 {
            smallest = smallest.min(bytes as u64);
        }
    }
    assert!(smallest > size * 3 / 4, "only {smallest} bytes are kept");
    assert_points(&history.last(&store, LATEST, 1).unwrap().0, &[at(5999 * SECOND)]);
}

/// Appends its entries after so many reads.
#[derive(Debug)]
struct Changing {
    store: MemoryStore,
    left: AtomicUsize,
    entries: Mutex<Vec<Entry>>,
}

impl Store for Changing {
    fn append(&self, entries: &[Entry], level: Level) -> Result<(), StoreError> {
        self.store.append(entries, level)
    }

    fn range(&self, table: Table, keys: Range<&[u8]>, order: Order, visit: &mut Visit<'_>) -> Result<(), StoreError> {
        if self.left.fetch_sub(1, Ordering::Relaxed) == 0 {
            self.store.append(&lock(&self.entries), Level::Crash)?;
        }
        self.store.range(table, keys, order, visit)
    }

    fn trim(&self, table: Table, keys: Range<&[u8]>) -> Result<(), StoreError> {
        self.store.trim(table, keys)
    }
}

#[test]
fn fault_samples_with_one_time_filled_the_memory_while_the_store_could_not_be_written() {
    let store = MemoryStore::new();
    let mut history = opened(&store, Retention::default(), &Limits { full_head: 7000, ..SMALL });
    let refused = history.append((0..10_000).map(|value| one(SECOND, f64::from(value))));
    assert_eq!(refused, 9000);
    write(&mut history, &store, SECOND);
    assert_eq!(history.append([one(SECOND, 1.0)]), 0, "there is room again");
}

/// The thread that writes does not wait for those that read.
#[test]
fn a_read_beside_a_merge_has_no_hole_and_no_double() {
    let most = cell::Cell::new(0);
    for reads in 0..40 {
        let store = MemoryStore::new();
        let mut history = opened(&store, Retention::default(), &Limits { samples: 32, ..SMALL });
        // A small block at the end, with a later one behind a hole, so that the merge joins and splits blocks.
        for times in [0..20, 100..110, 20..25] {
            history.append(times.map(|time| at(time * SECOND / 10)));
            write(&mut history, &store, 0);
            write(&mut history, &store, i64::MAX);
        }
        history.append((22..104).map(|time| one(time * SECOND / 10, 0.5)));
        let all: Samples = whole(&history, &store);
        let entries = history.entries(&store, 0).unwrap();
        assert!(entries.iter().any(|entry| entry.value.is_none()) || entries.len() > 3);
        for (from, points) in [(0, 1000), (2 * SECOND, 1000), (0, 9), (SECOND, 9)] {
            let changing =
                Changing { store: store.clone(), left: AtomicUsize::new(reads), entries: Mutex::new(entries.clone()) };
            let read = history.read(&changing, from, 11 * SECOND, points).unwrap();
            assert_shows(&read.shown, &all, from, 11 * SECOND, points);
            most.set(most.get().max(reads.wrapping_sub(changing.left.load(Ordering::Relaxed))));
        }
    }
    assert!(most.get() > 4, "the store was read {} times", most.get());
}

#[test]
fn a_sample_is_written_about_twice() {
    let store = MemoryStore::new();
    let mut history = opened(&store, Retention::default(), &LIMITS);
    let (mut written, mut noise) = (0_u64, 1_u64);
    let hour = 3600;
    for second in (0..hour).step_by(5) {
        for tenth in 0..50 {
            let values: Values = (0..20)
                .map(|_| {
                    noise = noise.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                    Some((noise >> 11) as f64)
                })
                .collect();
            history.append([Point { time: second * SECOND + tenth * SECOND / 10, values }]);
        }
        let entries = history.entries(&store, second * SECOND).unwrap();
        written += entries
            .iter()
            .map(|Entry { key, value, .. }| (key.len() + value.as_ref().map_or(0, Vec::len)) as u64)
            .sum::<u64>();
        store.append(&entries, Level::Crash).unwrap();
        history.written();
    }
    let each = written as f64 / (20 * 10 * hour) as f64;
    assert!(each < 20.0, "{each} bytes for each value of 8 bytes");
}
