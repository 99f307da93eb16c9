//! The histories of all streams in one store: opened at the start or with their first samples, written by the thread of the
//! store, read for charts.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::{SystemTime, UNIX_EPOCH},
};

use super::{Level, Store, StoreError};
use crate::{
    engine::kept::HistoryPlan,
    history::{HistoryType, Point, Retention},
    server::{
        history::{History, Micros, Read},
        lock,
    },
    value::Value,
    words::log,
};

/// The most samples that wait for the disk. More are dropped, so that a disk that hangs does not fill the memory.
const WAITING: usize = 200_000;

/// How much later than the current time a sample may be and still count as one of the last.
const AHEAD: Micros = 60_000_000;

/// How a history is kept.
#[derive(Debug, Clone)]
pub(super) struct Kind {
    retention: Retention,
    ty: HistoryType,
    epoch: u128,
}

impl Kind {
    pub(super) const fn new(plan: &HistoryPlan, epoch: u128) -> Self {
        Self { retention: plan.retention, ty: plan.ty, epoch }
    }
}

/// New samples of one stream.
#[derive(Debug)]
pub(super) struct Samples {
    pub(super) key: Vec<u8>,
    pub(super) kind: Kind,
    pub(super) items: Vec<Value>,
}

/// The samples that no history has taken yet.
#[derive(Debug, Default)]
struct Waiting {
    samples: Vec<Samples>,
    count: usize,
}

/// All histories of a store.
///
/// New samples are put into a queue, because the engine waits for nothing. Whoever writes or reads histories takes them out
/// of it before, so that a read has all samples that were put before it, however long the disk takes for a write.
#[derive(Debug, Default)]
pub(super) struct Histories {
    waiting: Mutex<Waiting>,
    /// Held until the histories have what was taken out of the queue, so that nobody reads in between.
    taking: Mutex<()>,
    /// Those that were opened, by their keys.
    open: Mutex<HashMap<Vec<u8>, Arc<Mutex<History>>>>,
}

impl Histories {
    fn get(&self, key: &[u8]) -> Option<Arc<Mutex<History>>> {
        lock(&self.open).get(key).cloned()
    }

    /// Puts new samples into the queue. Never waits for a disk. Returns whether the thread of the store must be told: that
    /// there is something new, or that the queue is half full.
    pub(super) fn put(&self, new: impl IntoIterator<Item = Samples>) -> bool {
        let mut waiting = lock(&self.waiting);
        let before = waiting.count;
        for samples in new {
            let count = samples.items.len();
            if waiting.count + count > WAITING {
                let line = || "samples are not kept: the store takes them too slowly".to_owned();
                if log::is_rare("history", 1, line) {
                    log::warn(&line());
                }
                continue;
            }
            waiting.count += count;
            waiting.samples.push(samples);
        }
        waiting.count > 0 && (before == 0 || before <= WAITING / 2 && is_crowded(&waiting))
    }

    /// Takes the samples out of the queue if it is half full.
    pub(super) fn make_room(&self, store: &dyn Store) {
        if is_crowded(&lock(&self.waiting)) {
            self.take(store);
        }
    }

    /// The history with this key, which is opened if it is not open yet.
    fn open(&self, store: &dyn Store, key: &[u8], kind: &Kind) -> Result<Arc<Mutex<History>>, StoreError> {
        if let Some(open) = self.get(key) {
            return Ok(open);
        }
        let (history, told) = History::open(store, key.to_vec(), kind.retention, kind.epoch)?;
        tell(key, &told);
        let opened = Arc::new(Mutex::new(history));
        // Nobody opens the same one meanwhile: the start does, and later only who is taking.
        lock(&self.open).insert(key.to_vec(), Arc::clone(&opened));
        Ok(opened)
    }

    /// The last samples of a history, for the pages.
    pub(super) fn last(
        &self,
        store: &dyn Store,
        key: &[u8],
        kind: &Kind,
        count: usize,
    ) -> Result<Vec<Point>, StoreError> {
        let history = self.open(store, key, kind)?;
        let (points, told) = lock(&history).last(store, now() + AHEAD, count)?;
        tell(key, &told);
        Ok(points)
    }

    /// Gives the histories the samples in the queue. They are in memory until [`write`](Self::write).
    fn take(&self, store: &dyn Store) {
        let _taking = lock(&self.taking);
        let taken = std::mem::take(&mut *lock(&self.waiting));
        for Samples { key, kind, items } in taken.samples {
            let history = match self.open(store, &key, &kind) {
                Ok(history) => history,
                Err(error) => {
                    tell(&key, &[format!("its samples are not kept: {error}")]);
                    continue;
                }
            };
            let points = items.iter().filter_map(|item| (kind.ty.read)(item));
            let refused = lock(&history).append(points);
            if refused > 0 {
                tell(
                    &key,
                    &["samples are not kept: their times are no dates, or too many wait for the disk".to_owned()],
                );
            }
        }
    }

    /// Writes all new samples. Returns whether something was written.
    ///
    /// # Errors
    /// If the store cannot be written. What it concerns is written later.
    pub(super) fn write(&self, store: &dyn Store, now: Micros) -> Result<bool, StoreError> {
        self.take(store);
        let open: Vec<_> = lock(&self.open).iter().map(|(key, history)| (key.clone(), Arc::clone(history))).collect();
        let mut is_new = false;
        for (key, history) in open {
            let mut locked = lock(&history);
            let entries = match locked.entries(store, now) {
                Ok(entries) => entries,
                Err(error) => {
                    drop(locked);
                    tell(&key, &[format!("it is not written: {error}")]);
                    continue;
                }
            };
            tell(&key, &locked.told());
            drop(locked);
            if entries.is_empty() {
                continue;
            }
            // Charts are read meanwhile. Only this thread changes the history.
            store.append(&entries, Level::Crash).inspect_err(|_| lock(&history).failed())?;
            lock(&history).written();
            is_new = true;
        }
        Ok(is_new)
    }

    /// What a chart shows, with all samples that were put before. `None`: there is no such history.
    pub(super) fn read(
        &self,
        store: &dyn Store,
        key: &[u8],
        from: Micros,
        to: Micros,
        points: usize,
    ) -> Option<Result<Read, StoreError>> {
        self.take(store);
        let history = self.get(key)?;
        let read = lock(&history).read(store, from, to, points);
        Some(read.inspect(|read| tell(key, &read.told)))
    }
}

const fn is_crowded(waiting: &Waiting) -> bool {
    waiting.count > WAITING / 2
}

fn now() -> Micros {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Micros::try_from(since.as_micros()).unwrap_or(Micros::MAX)
}

/// Tells what is wrong with a history, at most once in a minute.
fn tell(key: &[u8], told: &[String]) {
    for text in told {
        let line = || format!("the history of `{}`: {text}", super::writer::name_of(key));
        if log::is_rare("history", 1, line) {
            log::warn(&line());
        }
    }
}
