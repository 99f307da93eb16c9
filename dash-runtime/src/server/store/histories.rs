//! The histories of all streams in one store: opened at the start or with their first samples, written by the thread of the
//! store, read for charts.

use std::{
    collections::HashMap,
    ops::ControlFlow,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

mod events;
mod handle;
mod queue;
mod round;
mod series;
mod unflushed;

pub(super) use self::queue::Unwritten;
use self::{handle::Handle, queue::Queue, round::Round, series::Series, unflushed::Unflushed};
use super::{Entry, Level, Order, Store, StoreError, StoreFault, Table, trim_clock::TrimClock};
use crate::{
    engine::kept::HistoryPlan,
    history::{HistoryType, Items, Point, Retention},
    server::{
        history::{self, Dates, Micros, Page, Place, Read, Work},
        lock,
    },
    value::Value,
    words::log,
};

/// The bytes of a record that count as one sample.
const RECORD: usize = 64;

/// How much later than the current time a sample may be and still count as one of the last.
const AHEAD: Micros = 60_000_000;

/// The first key that no history has: keys begin with the name of a device, which is UTF-8.
const END: &[u8] = &[0xFF];

/// How a history is kept.
#[derive(Debug, Clone)]
pub(super) struct Kind {
    retention: Retention,
    ty: HistoryType,
    epoch: u128,
    /// Whether its items are written in one append with the values that they have changed: see [`events`].
    with_values: bool,
}

impl Kind {
    pub(super) const fn new(plan: &HistoryPlan, epoch: u128) -> Self {
        Self { retention: plan.retention, ty: plan.ty, epoch, with_values: plan.with_values }
    }
}

/// New samples of one stream.
#[derive(Debug)]
pub(super) struct Samples {
    pub(super) key: Vec<u8>,
    pub(super) kind: Kind,
    pub(super) items: Vec<Value>,
}

impl Samples {
    fn count(&self) -> usize {
        match self.kind.ty.0 {
            Items::Numbers { .. } => self.items.len(),
            Items::Records { .. } => self.items.iter().map(|item| 1 + item.json().len() / RECORD).sum(),
        }
    }
}

/// The last items of a stream, the oldest first.
#[derive(Debug)]
pub(super) enum Last {
    Points(Vec<Point>),
    /// The JSON of each.
    Records(Vec<String>),
}

/// All histories of a store.
///
/// New samples are put into a queue, because the engine waits for nothing. Whoever writes or reads a history takes its samples
/// out of it before, so that a read has all samples that were put before it, however long the disk takes for a write. Nobody
/// waits for what is done with another history.
#[derive(Debug, Default)]
pub(super) struct Histories {
    queue: Mutex<Queue>,
    /// Held while items that are written together with values are taken out of the queue: see [`events`]. Before the lock of
    /// a [`Handle`].
    taking_events: Mutex<()>,
    /// Those in use, by their keys.
    open: Mutex<HashMap<Vec<u8>, Arc<Handle>>>,
    /// How each stream is kept, by its key. Behind it, the key of a history in a row has zero and the row.
    kinds: Mutex<Vec<(Vec<u8>, Kind)>>,
    clock: Mutex<TrimClock>,
    round: Mutex<Round>,
    /// Whether there may be items that are written together with values, and are not written yet.
    has_events: AtomicBool,
    unflushed: Mutex<Unflushed>,
}

impl Histories {
    /// The history with this key, in use from now on.
    fn handle(&self, key: &[u8]) -> Arc<Handle> {
        let mut open = lock(&self.open);
        let handle = match open.get(key) {
            Some(handle) => Arc::clone(handle),
            None => Arc::clone(open.entry(key.to_vec()).or_default()),
        };
        handle.used();
        handle
    }

    /// Those that are open, with their keys.
    fn opened(&self) -> Vec<(Vec<u8>, Arc<Mutex<Series>>)> {
        let opened = |(key, handle): (&Vec<u8>, &Arc<Handle>)| Some((key.clone(), Arc::clone(handle.history()?)));
        lock(&self.open).iter().filter_map(opened).collect()
    }

    /// The streams of a dashboard, with their keys.
    pub(super) fn know(&self, kinds: impl IntoIterator<Item = (Vec<u8>, Kind)>) {
        lock(&self.kinds).extend(kinds);
    }

    /// How the history with this key is kept. `None`: no dashboard has it any more.
    fn kind(&self, key: &[u8]) -> Option<Kind> {
        let kinds = lock(&self.kinds);
        let is_of = |name: &[u8]| key.strip_prefix(name).is_some_and(|row| matches!(row.first(), None | Some(0)));
        kinds.iter().find(|(name, _)| is_of(name)).map(|(_, kind)| kind.clone())
    }

    /// Puts new samples into the queue. Never waits for a disk. Returns whether the thread of the store must be told.
    pub(super) fn put(&self, new: impl IntoIterator<Item = Samples>) -> bool {
        let has_events = |samples: &Samples| {
            if samples.kind.with_values {
                self.has_events.store(true, Ordering::SeqCst);
            }
        };
        lock(&self.queue).put(new.into_iter().inspect(has_events))
    }

    /// Takes the samples out of the queue if it is half full.
    pub(super) fn make_room(&self, store: &dyn Store) {
        let keys = {
            let queue = lock(&self.queue);
            if queue.is_crowded() { queue.keys(|_| true) } else { Vec::new() }
        };
        self.take(store, keys);
    }

    /// The last samples of a history, for the pages.
    pub(super) fn last(&self, store: &dyn Store, key: &[u8], kind: &Kind, count: usize) -> Result<Last, StoreError> {
        let history = self.handle(key).open(store, key, kind)?;
        let (last, told) = match &*lock(&history) {
            Series::Numbers(history) => {
                let (points, told) = history.snapshot().last(store, now() + AHEAD, count)?;
                (Last::Points(points), told)
            }
            Series::Records(records) => {
                let page = records.ask(Micros::MIN..now() + AHEAD, None, count).answer(store)?;
                (Last::Records(page.records.into_iter().map(|(_, json)| json).collect()), page.told)
            }
        };
        tell(key, &told);
        Ok(last)
    }

    /// Gives these histories their samples in the queue. They are in memory until [`write`](Self::write).
    fn take(&self, store: &dyn Store, keys: Vec<(Vec<u8>, Kind)>) {
        for (key, kind) in keys {
            if let Err(error) = self.newest(store, &key, &kind) {
                let dropped = lock(&self.queue).take(&key);
                self.not_kept(&key, &dropped, &error);
            }
        }
    }

    /// Gives a history these samples, if `taking` of its handle is locked.
    fn give(&self, store: &dyn Store, key: &[u8], history: &Mutex<Series>, samples: Vec<Samples>) {
        for samples in samples {
            let count = samples.count();
            let (mut refused, late) = lock(history).append(samples.kind.ty, samples.items);
            if let Some(mut late) = late {
                if let Err(error) = late.search(store) {
                    tell(key, &[format!("some of it is not kept: {error}")]);
                }
                refused += lock(history).place(late);
            }
            lock(&self.queue).given(count);
            if refused > 0 {
                tell(
                    key,
                    &["some of it is not kept: its times are no dates, it is too long, or too much waits for the disk"
                        .to_owned()],
                );
            }
        }
    }

    /// Drops samples of a history that cannot be opened.
    fn not_kept(&self, key: &[u8], dropped: &[Samples], error: &StoreError) {
        tell(key, &[format!("its samples are not kept: {error}")]);
        lock(&self.queue).given(dropped.iter().map(Samples::count).sum());
    }

    /// Writes all new samples, `since` the start of the thread and at the date `now` of the system. Removes what is too old.
    /// Returns whether something was written.
    ///
    /// # Errors
    /// If the store cannot be written. What it concerns is written later.
    pub(super) fn write(&self, store: &dyn Store, since: Duration, now: Micros) -> Result<bool, StoreError> {
        let keys = lock(&self.queue).all();
        self.take(store, keys);
        let dates = self.dates(store, since, now)?;
        let mut is_new = false;
        for (key, history) in self.opened() {
            is_new |= self.write_one(store, &key, &history, dates)?;
        }
        self.go_round(store, since, dates)?;
        Ok(is_new)
    }

    /// Writes what is new in a history, and removes what is too old. Returns whether something was written.
    fn write_one(
        &self,
        store: &dyn Store,
        key: &[u8],
        history: &Mutex<Series>,
        dates: Dates,
    ) -> Result<bool, StoreError> {
        let appends = lock(history).appends();
        for number in 0..appends {
            let entries = match entries(store, history, dates) {
                Ok(entries) => entries,
                Err(error) => {
                    tell(key, &[format!("it is not written: {error}")]);
                    return Ok(number > 0);
                }
            };
            tell(key, &lock(history).told());
            if entries.is_empty() {
                return Ok(number > 0);
            }
            // It is read meanwhile. Only this thread changes the history.
            self.append(store, entries).inspect_err(|_| lock(history).failed())?;
            lock(history).written();
        }
        Ok(true)
    }

    /// Appends entries of histories, and remembers them until they are flushed.
    fn append(&self, store: &dyn Store, entries: Vec<Entry>) -> Result<(), StoreError> {
        store.append(&entries, Level::Crash)?;
        lock(&self.unflushed).add(entries);
        Ok(())
    }

    /// Everything that was written is on the disk.
    pub(super) fn flushed(&self) {
        lock(&self.unflushed).flushed();
        self.opened().iter().for_each(|(_, history)| lock(history).flushed());
    }

    /// What was written since the last flush, to be written again.
    pub(super) fn again(&self) -> Vec<Entry> {
        lock(&self.unflushed).again().collect()
    }

    /// It is written again.
    pub(super) fn written_again(&self) {
        lock(&self.unflushed).written_again();
    }

    fn dates(&self, store: &dyn Store, since: Duration, now: Micros) -> Result<Dates, StoreError> {
        if !lock(&self.clock).is_running() {
            self.resume_clock(store)?;
        }
        Ok(lock(&self.clock).dates(since, now))
    }

    /// Sets the clock to the latest date that a run before has believed. Every history has one, whether it is used now or
    /// not: the rows of this run may all be new.
    fn resume_clock(&self, store: &dyn Store) -> Result<(), StoreError> {
        let mut next = Vec::new();
        while let Some(key) = first_from(store, &next)? {
            if let Some(date) = history::believed(store, &key)? {
                lock(&self.clock).resume(date);
            }
            next = behind(&key);
        }
        Ok(())
    }

    /// What a chart shows, with all samples that were put before.
    pub(super) fn read(
        &self,
        store: &dyn Store,
        key: &[u8],
        kind: &Kind,
        span: std::ops::Range<Micros>,
        points: usize,
    ) -> Result<Read, StoreError> {
        let history = self.newest(store, key, kind)?;
        let snapshot = match &*lock(&history) {
            Series::Numbers(history) => history.snapshot(),
            Series::Records(_) => return Err(of_the_other_kind()),
        };
        let read = snapshot.read(store, span.start, span.end, points);
        read.inspect(|read| tell(key, &read.told))
    }

    /// The newest records of a span, with all that were put before.
    pub(super) fn records(
        &self,
        store: &dyn Store,
        key: &[u8],
        kind: &Kind,
        span: std::ops::Range<Micros>,
        before: Option<Place>,
        count: usize,
    ) -> Result<Page, StoreError> {
        let history = self.newest(store, key, kind)?;
        let question = match &*lock(&history) {
            Series::Records(records) => records.ask(span, before, count),
            Series::Numbers(_) => return Err(of_the_other_kind()),
        };
        let page = question.answer(store);
        page.inspect(|page| tell(key, &page.told))
    }

    /// A history with all that was put for it before. It is opened if it is not open yet.
    fn newest(&self, store: &dyn Store, key: &[u8], kind: &Kind) -> Result<Arc<Mutex<Series>>, StoreError> {
        let handle = self.handle(key);
        let history = handle.open(store, key, kind)?;
        let _events = kind.with_values.then(|| lock(&self.taking_events));
        let _taking = lock(&handle.taking);
        let samples = lock(&self.queue).take(key);
        self.give(store, key, &history, samples);
        Ok(history)
    }
}

/// The entries that a write of a history takes now. Reads of the history go on meanwhile: what takes time is done without
/// its lock.
fn entries(store: &dyn Store, history: &Mutex<Series>, dates: Dates) -> Result<Vec<Entry>, StoreError> {
    count(store, history)?;
    let work = lock(history).work(dates);
    Ok(match work {
        Work::Entries(entries) => entries,
        Work::Reading(reading) => {
            let done = reading.run(store)?;
            lock(history).done(done)
        }
    })
}

/// Counts what must be counted before a history is written.
fn count(store: &dyn Store, history: &Mutex<Series>) -> Result<(), StoreError> {
    let uncounted = lock(history).uncounted();
    if let Some(uncounted) = uncounted {
        let bytes = uncounted.count(store)?;
        lock(history).counted(bytes);
    }
    Ok(())
}

/// The plan of a dashboard says what a stream has, so this is a fault of this library.
fn of_the_other_kind() -> StoreError {
    StoreError::new(StoreFault::Invalid, "this history has items of another kind".to_owned())
}

/// The key of the first history in the store from this key on.
fn first_from(store: &dyn Store, from: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
    let mut first = None;
    store.range(Table::Histories, from..END, Order::Ascending, &mut |key, _| {
        first = history::own_key(key).map(<[u8]>::to_vec);
        ControlFlow::Break(())
    })?;
    Ok(first)
}

/// A key behind all keys of this history.
fn behind(key: &[u8]) -> Vec<u8> {
    // Behind the byte 1 is a table. There are fewer.
    [key, &[2]].concat()
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

#[cfg(test)]
mod readers;
#[cfg(test)]
mod tests;
