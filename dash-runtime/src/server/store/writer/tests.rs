//! The thread of the store, with stores that hang or fail at one moment.

use std::{
    ops::Range,
    sync::atomic::{AtomicBool, AtomicU32},
};

use super::*;
use crate::{
    history::{HistoryType, Retention},
    server::{
        history::Shown,
        store::{MemoryStore, Order, Visit},
    },
};

const EPOCH: &str = "7";

/// Items are numbers, each at the time of its own number of seconds.
const NUMBERS: HistoryType = HistoryType {
    read: |item| {
        let number = *item.get::<f64>()?;
        Some(Point { time: (number * 1e6) as Micros, values: vec![Some(number)] })
    },
    make: |point| Value::new(point.values.first().copied()??).ok(),
};

/// A store whose writes wait at a gate, and of which some fail.
#[derive(Debug, Clone, Default)]
struct Gated {
    inner: MemoryStore,
    closed: Arc<AtomicBool>,
    /// Whether a write waits at the gate.
    waits: Arc<AtomicBool>,
    /// The number of writes of states so far, and those of them that fail, from 0 on.
    writes: Arc<AtomicU32>,
    failing: Arc<Mutex<Range<u32>>>,
}

impl Gated {
    fn close(&self) {
        self.closed.store(true, Ordering::SeqCst);
    }

    fn open(&self) {
        self.closed.store(false, Ordering::SeqCst);
    }

    fn until_a_write_waits(&self) {
        while !self.waits.load(Ordering::SeqCst) {
            thread::yield_now();
        }
    }
}

impl Store for Gated {
    fn append(&self, entries: &[Entry], level: Level) -> Result<(), StoreError> {
        while self.closed.load(Ordering::SeqCst) {
            self.waits.store(true, Ordering::SeqCst);
            thread::yield_now();
        }
        self.waits.store(false, Ordering::SeqCst);
        let has_states = entries.iter().any(|entry| entry.table == Table::States);
        if has_states && lock(&self.failing).contains(&self.writes.fetch_add(1, Ordering::SeqCst)) {
            return Err(StoreError::new(StoreFault::Full, "the disk is full"));
        }
        self.inner.append(entries, level)
    }

    fn range(&self, table: Table, keys: Range<&[u8]>, order: Order, visit: &mut Visit<'_>) -> Result<(), StoreError> {
        self.inner.range(table, keys, order, visit)
    }

    fn trim(&self, table: Table, keys: Range<&[u8]>) -> Result<(), StoreError> {
        self.inner.trim(table, keys)
    }
}

fn keeper(store: &Gated) -> Keeper {
    Keeper::new(Writer::start(Box::new(store.clone())).unwrap(), "", EPOCH)
}

/// Puts a new value of a state.
fn state(keeper: &Keeper, rev: u64) {
    keeper.put(vec![KeptChange { key: b"speed.value".to_vec(), value: Some(Value::new(rev as f64).unwrap()), rev }]);
}

fn plan() -> HistoryPlan {
    HistoryPlan { key: (*b"air.points").into(), retention: Retention::default(), ty: NUMBERS }
}

/// Puts samples at these seconds into the history `air.points`.
fn measure(keeper: &Keeper, seconds: Range<u32>) {
    let items = seconds.map(|second| Value::new(f64::from(second)).unwrap()).collect();
    let kind = Kind::new(&plan(), keeper.epoch);
    keeper.writer.shared.put_samples([Samples { key: keeper.key(b"air.points"), kind, items }]);
}

fn count(keeper: &Keeper) -> usize {
    let read = keeper.read_history(b"air.points", 0, 1_000_000_000, 10_000).unwrap().unwrap();
    let Shown::Samples(samples) = read.shown else { panic!("too many") };
    samples.len()
}

#[tokio::test]
async fn a_history_is_read_with_the_samples_that_were_put_before_while_the_disk_hangs() {
    let store = Gated::default();
    let keeper = keeper(&store);
    store.close();
    state(&keeper, 1);
    store.until_a_write_waits();
    measure(&keeper, 0..100);
    assert_eq!(count(&keeper), 100);
    measure(&keeper, 100..150);
    assert_eq!(count(&keeper), 150);
    store.open();
    keeper.writer.end().await;
}

#[tokio::test]
async fn samples_that_a_reader_has_taken_are_written() {
    let store = Gated::default();
    let first = keeper(&store);
    store.close();
    state(&first, 1);
    store.until_a_write_waits();
    measure(&first, 0..100);
    assert_eq!(count(&first), 100);
    store.open();
    first.writer.end().await;
    let again = keeper(&store);
    assert_eq!(again.open_history(b"air.points", &plan(), 1000).unwrap().len(), 100);
    again.writer.end().await;
}

#[tokio::test]
async fn samples_are_not_lost_when_the_write_of_the_states_fails() {
    let store = Gated::default();
    let first = keeper(&store);
    store.close();
    state(&first, 1);
    store.until_a_write_waits();
    *lock(&store.failing) = 1..2;
    // The thread takes both together as soon as the first write is through.
    state(&first, 2);
    measure(&first, 0..100);
    store.open();
    while store.writes.load(Ordering::SeqCst) < 2 {
        thread::yield_now();
    }
    first.writer.end().await;
    let again = keeper(&store);
    assert_eq!(again.open_history(b"air.points", &plan(), 1000).unwrap().len(), 100);
    again.writer.end().await;
}

/// The program ends before the states can be tried again: this is the only write of the samples.
#[tokio::test]
async fn samples_are_written_at_the_end_although_the_states_cannot_be() {
    let store = Gated::default();
    let first = keeper(&store);
    *lock(&store.failing) = 0..u32::MAX;
    state(&first, 1);
    measure(&first, 0..100);
    first.writer.end().await;
    let again = keeper(&store);
    assert_eq!(again.open_history(b"air.points", &plan(), 1000).unwrap().len(), 100);
    again.writer.end().await;
}
