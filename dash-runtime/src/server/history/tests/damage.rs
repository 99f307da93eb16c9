//! Blocks that cannot be read.

use std::time::Duration;

use super::{
    super::{
        History, Micros, Point, Retention, Samples,
        keys::{Keys, PARTS, SAMPLES},
        levels::LEVELS,
        query::Shown,
    },
    KEY, SECOND, SMALL, assert_shows,
};
use crate::server::store::{Entry, Level, MemoryStore, Pair, Record, Store, StoreFault, Table};

/// A history with blocks of all kinds, and what is in it.
fn written(retention: Retention) -> (MemoryStore, Samples) {
    let store = MemoryStore::new();
    let (mut history, _) = opened(&store, retention);
    let mut all = Samples::new();
    for number in 0..1490_i64 {
        // Fast and slow, with a gap.
        let time = if number < 700 { number * SECOND / 40 } else { (number - 680) * SECOND + 1 };
        add(&mut history, &mut all, time, number as f64);
        if number % 4 == 0 {
            write(&mut history, &store, number);
        }
    }
    write(&mut history, &store, 1490);
    assert!(!history.head.is_empty());
    (store, all)
}

fn opened(store: &dyn Store, retention: Retention) -> (History, Vec<String>) {
    History::open_limited(store, KEY.to_vec(), retention, 1, SMALL).unwrap()
}

fn add(history: &mut History, all: &mut Samples, time: Micros, value: f64) {
    history.append([Point { time, values: vec![Some(value)] }]);
    all.insert(time, vec![Some(value)]);
}

fn write(history: &mut History, store: &dyn Store, now: Micros) {
    let entries = history.entries(store, now).unwrap();
    store.append(&entries, Level::Crash).unwrap();
    history.written();
}

fn put(store: &dyn Store, key: &[u8], value: Vec<u8>) {
    store.append(&[Entry { table: Table::Histories, key: key.to_vec(), value: Some(value) }], Level::Crash).unwrap();
}

fn damage(store: &dyn Store, (key, value): &Pair) {
    let mut damaged = value.clone();
    damaged[value.len() / 2] ^= 4;
    put(store, key, damaged);
}

fn pairs(store: &dyn Store, table: u8) -> Vec<Pair> {
    store.load(Table::Histories, &Keys::new(KEY.to_vec()).prefix(table)).unwrap()
}

const SPANS: [(Micros, Micros, usize); 6] = [
    (0, 900 * SECOND, 5000),
    (0, 900 * SECOND, 200),
    (0, 900 * SECOND, 12),
    (0, 20 * SECOND, 30),
    (600 * SECOND, 800 * SECOND, 20),
    (-1_000_000 * SECOND, 1_000_000 * SECOND, 30),
];

#[test]
fn damaged_cells_are_made_again_from_the_samples() {
    let (store, all) = written(Retention::default());
    let mut blocks = 0;
    for level in 1..LEVELS.len() {
        for pair in pairs(&store, SAMPLES + level as u8) {
            blocks += 1;
            damage(&store, &pair);
            let (history, told) = opened(&store, Retention::default());
            assert!(told.is_empty());
            for (from, to, points) in SPANS {
                let read = history.read(&store, from, to, points).unwrap();
                assert_shows(&read.shown, &all, from, to, points);
            }
            put(&store, &pair.0, pair.1);
        }
    }
    assert!(blocks > 20, "only {blocks} blocks");
}

/// All cells, and the samples.
#[test]
fn all_cells_may_be_damaged_at_once_and_are_whole_behind_the_next_merge() {
    let (store, mut all) = written(Retention::default());
    for level in 1..LEVELS.len() {
        pairs(&store, SAMPLES + level as u8).iter().for_each(|pair| damage(&store, pair));
    }
    let (mut history, _) = opened(&store, Retention::default());
    let (mut heard, mut time) = (0, 0);
    while time < 900 * SECOND {
        time += 300_000;
        add(&mut history, &mut all, time, 0.5);
        write(&mut history, &store, 0);
        heard += history.told().len();
    }
    write(&mut history, &store, i64::MAX);
    for (from, to, points) in SPANS {
        let read = history.read(&store, from, to, points).unwrap();
        assert_eq!(read.told, Vec::<String>::new());
        assert_shows(&read.shown, &all, from, to, points);
    }
    assert!(heard > 0, "nobody says that blocks were damaged");
}

#[test]
fn a_damaged_block_of_samples_is_told_and_never_taken_for_samples() {
    let (store, all) = written(Retention::default());
    for pair in pairs(&store, SAMPLES) {
        damage(&store, &pair);
        let (history, _) = opened(&store, Retention::default());
        let read = history.read(&store, 0, 900 * SECOND, 5000).unwrap();
        let time = Keys::time(&pair.0) as f64 / 1e6;
        let from = format!("samples from {time:.3} s after 1970 on");
        assert!(read.told.len() == 1 && read.told[0].contains(&from), "{:?} is not {from}", read.told);
        let Shown::Samples(samples) = read.shown else { panic!("these are no samples") };
        let lost = all.len() - samples.len();
        assert!((1..=SMALL.samples).contains(&lost), "{lost} samples are lost");
        assert!(samples.iter().all(|point| all.get(&point.time) == Some(&point.values)));
        let (last, told) = history.last(&store, 900 * SECOND, 5000).unwrap();
        assert_eq!((last, told), (samples, read.told));
        put(&store, &pair.0, pair.1);
    }
}

#[test]
fn cells_of_lost_samples_stay_and_take_new_ones() {
    let (store, all) = written(Retention::default());
    let (whole, _) = opened(&store, Retention::default());
    let count = |history: &History| {
        let Shown::Cells { cells, .. } = history.read(&store, 0, 900 * SECOND, 20).unwrap().shown else { panic!() };
        (cells.iter().map(|cell| cell.count).sum::<u64>(), cells.len())
    };
    let before = count(&whole);
    assert_eq!(before.0, all.len() as u64);
    // Their cells of 100 ms are stored.
    pairs(&store, SAMPLES)
        .iter()
        .filter(|(key, _)| Keys::time(key) < 10 * SECOND)
        .for_each(|pair| damage(&store, pair));
    let (mut history, _) = opened(&store, Retention::default());
    history.append([Point { time: 5 * SECOND + 7, values: vec![Some(1e6)] }]);
    write(&mut history, &store, 0);
    write(&mut history, &store, i64::MAX);
    assert_eq!(count(&history), (before.0 + 1, before.1));
    assert!(history.told().iter().any(|told| told.contains("samples from")));
    let Shown::Cells { cells, .. } = history.read(&store, 0, 900 * SECOND, 20).unwrap().shown else { panic!() };
    let max = cells[0].series[0].unwrap().max;
    assert!((max - 1e6).abs() < 1.0, "the maximum is {max}");
}

#[test]
fn a_damaged_part_is_told_and_the_others_are_there() {
    let (store, all) = written(Retention::default());
    let parts = pairs(&store, PARTS);
    assert!(parts.len() > 1);
    for pair in &parts {
        damage(&store, pair);
        let (mut history, told) = opened(&store, Retention::default());
        assert!(told.len() == 1 && told[0].contains("before the restart are lost"), "{told:?}");
        let Shown::Samples(samples) = history.read(&store, 0, 900 * SECOND, 5000).unwrap().shown else { panic!() };
        assert!(samples.len() < all.len() && samples.len() + 20 > all.len(), "{} of {}", samples.len(), all.len());
        // It is removed with the others.
        history.append([Point { time: 0, values: vec![] }]);
        let removed = history.entries(&store, i64::MAX).unwrap();
        assert!(parts.iter().all(|(key, _)| removed.iter().any(|entry| entry.key == *key && entry.value.is_none())));
        put(&store, &pair.0, pair.1.clone());
    }
}

#[test]
fn a_damaged_or_missing_size_is_counted_again() {
    let retention = Retention { span: Duration::ZERO, size: 12_000 };
    for missing in [false, true] {
        let (store, _) = written(retention);
        let size = pairs(&store, 0);
        assert_eq!(size.len(), 1);
        damage(&store, &size[0]);
        if missing {
            let entry = Entry { table: Table::Histories, key: size[0].0.clone(), value: None };
            store.append(&[entry], Level::Crash).unwrap();
        }
        let (mut history, told) = opened(&store, retention);
        assert_eq!(told.len(), usize::from(!missing), "{told:?}");
        history.append((0..3000).map(|at| Point { time: (900 + at) * SECOND, values: vec![Some(at as f64)] }));
        for _ in 0..50 {
            write(&mut history, &store, i64::MAX);
        }
        let bytes: usize =
            store.load(Table::Histories, KEY).unwrap().iter().map(|(key, value)| key.len() + value.len()).sum();
        assert!(bytes < 12_100, "{bytes} bytes are kept");
    }
}

#[test]
fn damaged_blocks_do_not_stop_the_retention() {
    let (store, _) = written(Retention::default());
    for table in 0..SAMPLES + LEVELS.len() as u8 {
        pairs(&store, table).iter().for_each(|pair| damage(&store, pair));
    }
    let (mut history, _) = opened(&store, Retention { span: Duration::from_secs(60), size: 0 });
    for second in 900..1100 {
        history.append([Point { time: second * SECOND, values: vec![None] }]);
        write(&mut history, &store, second * SECOND);
    }
    let (first, last) = history.extent(&store).unwrap().unwrap();
    assert!((1030 * SECOND..1040 * SECOND).contains(&first) && last == 1099 * SECOND, "{first} to {last}");
}

#[test]
fn a_history_of_a_newer_version_is_refused() {
    for table in [0, PARTS] {
        let (store, _) = written(Retention::default());
        let (key, _) = pairs(&store, table).remove(0);
        let mut newer = Record { epoch: 1, rev: 1, time: 1, body: b"" }.to_bytes(&key);
        newer.truncate(newer.len() - 4);
        newer[0] += 1;
        let mut sum = crc32fast::Hasher::new();
        sum.update(&key);
        sum.update(&newer);
        newer.extend(sum.finalize().to_be_bytes());
        put(&store, &key, newer);
        let error = History::open(&store, KEY.to_vec(), Retention::default(), 1).unwrap_err();
        assert!(error.fault() == StoreFault::NewerVersion && error.to_string().contains("newer version"), "{error}");
    }
}
