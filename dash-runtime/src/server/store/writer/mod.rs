//! The thread that writes what dashboards keep.
//!
//! Changes of one property that wait are merged. Each write is safe from the end of the process at once. At most every
//! [`SYNC`], and at most a tenth of the time, the thread also makes sure that what was written survives a power failure.
//!
//! Samples of histories are collected for [`COLLECT`] and written in one part, which survives a power failure at most
//! [`SYNC_HISTORIES`] later.
//!
//! A frame that tells a client that its command was carried out waits for the write ([`Writer::written`]). Nobody else
//! waits for the disk: no callback, no stop, and no lock that they need. If the disk takes longer than [`PATIENCE`],
//! nobody waits for it until it has caught up.

#[cfg(test)]
mod tests;

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Condvar, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use tokio::sync::watch;

use super::{
    Entry, Level, Store, StoreError, StoreFault, Table,
    histories::{Histories, Kind, Samples},
    record::Record,
};
use crate::{
    engine::{
        kept::{HistoryPlan, KeptChange, KeptValue, Measured},
        plan::Plan,
    },
    history::Point,
    server::{
        driver::WeakDriver,
        history::{Micros, Read},
        lock,
    },
    value::Value,
    words::log,
};

/// The shortest time between two flushes to the disk.
const SYNC: Duration = Duration::from_millis(200);

/// The shortest time between two flushes for histories alone.
const SYNC_HISTORIES: Duration = Duration::from_secs(5);

/// The shortest time between two writes of the same history.
const COLLECT: Duration = Duration::from_secs(2);

/// A flush that took some time is followed by at least this many times as long without one.
const REST: u32 = 10;

/// How long a frame with an outcome waits for the disk.
const PATIENCE: Duration = Duration::from_millis(100);

/// The time until a write that has failed is tried again.
const AGAIN: Duration = Duration::from_secs(1);

/// The longest value that is kept, in bytes of JSON. The whole value is written at each change of it.
const LONGEST: usize = 1024 * 1024;

/// How long the end of the program waits for the last write.
const END: Duration = Duration::from_secs(2);

/// Writes to a store. If it is dropped, the thread writes what waits and ends.
#[derive(Debug)]
pub(crate) struct Writer {
    shared: Arc<Shared>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

#[derive(Debug)]
struct Shared {
    queue: Mutex<Queue>,
    wake: Condvar,
    /// `None` after the end, so that another program can use it.
    store: Mutex<Option<Arc<dyn Store>>>,
    histories: Histories,
    /// The number of the newest change that was put into the queue.
    queued: AtomicU64,
    /// The number of the newest change that is written.
    written: watch::Sender<u64>,
    /// Whether the disk is slow or broken, so that nobody waits for it.
    is_behind: AtomicBool,
    /// Whether the last write has failed, and whether nothing will be written any more.
    has_failed: AtomicBool,
    is_broken: AtomicBool,
}

#[derive(Debug, Default)]
struct Queue {
    /// What waits, by its key.
    waiting: BTreeMap<Vec<u8>, Waiting>,
    /// Whether there are new samples of histories that the thread does not know of.
    is_measured: bool,
    has_ended: bool,
    /// Are told when the store cannot be written, and when it can again.
    told: Vec<WeakDriver>,
}

#[derive(Debug)]
struct Waiting {
    value: Option<Value>,
    epoch: u128,
    rev: u64,
}

/// The way of one dashboard to the writer.
#[derive(Debug, Clone)]
pub(crate) struct Keeper {
    writer: Arc<Writer>,
    /// What its keys begin with.
    prefix: Vec<u8>,
    epoch: u128,
}

impl Writer {
    /// Starts the thread.
    ///
    /// # Errors
    /// If the system gives no thread.
    pub(crate) fn start(store: Box<dyn Store>) -> Result<Arc<Self>, StoreError> {
        let store: Arc<dyn Store> = Arc::from(store);
        let shared = Arc::new(Shared {
            queue: Mutex::default(),
            wake: Condvar::new(),
            store: Mutex::new(Some(Arc::clone(&store))),
            histories: Histories::default(),
            queued: AtomicU64::new(0),
            written: watch::Sender::new(0),
            is_behind: AtomicBool::new(false),
            has_failed: AtomicBool::new(false),
            is_broken: AtomicBool::new(false),
        });
        let of_thread = Arc::clone(&shared);
        let thread =
            thread::Builder::new().name("dash-store".to_owned()).spawn(move || Thread::new(store).run(&of_thread));
        let thread =
            thread.map_err(|error| StoreError::new(StoreFault::Io, format!("no thread for the store: {error}")))?;
        Ok(Arc::new(Self { shared, thread: Mutex::new(Some(thread)) }))
    }

    /// Tells this dashboard when the store cannot be written.
    pub(crate) fn tell(&self, driver: WeakDriver) {
        lock(&self.shared.queue).told.push(driver);
    }

    /// Waits until everything that was put before is written. Not if the disk is slow or broken.
    pub(crate) async fn written(&self) {
        let number = self.shared.queued.load(Ordering::Acquire);
        if *self.shared.written.borrow() >= number || self.shared.is_behind.load(Ordering::Acquire) {
            return;
        }
        let mut written = self.shared.written.subscribe();
        // An error would mean that the sender was dropped, but `self` has it.
        if tokio::time::timeout(PATIENCE, written.wait_for(|written| *written >= number)).await.is_err() {
            self.shared.is_behind.store(true, Ordering::Release);
        }
    }

    /// The state of the store: `ok`, `slow`, `failing` or `broken`.
    pub(crate) fn status(&self) -> &'static str {
        let is = |state: &AtomicBool| state.load(Ordering::Acquire);
        match &*self.shared {
            shared if is(&shared.is_broken) => "broken",
            shared if is(&shared.has_failed) => "failing",
            shared if is(&shared.is_behind) => "slow",
            _ => "ok",
        }
    }

    /// The number of values that wait to be written.
    pub(crate) fn waiting(&self) -> usize {
        lock(&self.shared.queue).waiting.len()
    }

    /// Writes what waits, and closes the store. Later changes are not written.
    pub(crate) async fn end(&self) {
        self.shared.end();
        drop(lock(&self.shared.store).take());
        let Some(thread) = lock(&self.thread).take() else { return };
        let joined = tokio::task::spawn_blocking(move || thread.join());
        if tokio::time::timeout(END, joined).await.is_err() {
            log::warn(&"the store has not written everything: the program ends without waiting for the disk");
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.shared.end();
    }
}

impl Shared {
    fn end(&self) {
        lock(&self.queue).has_ended = true;
        self.wake.notify_one();
    }

    /// Waits until something waits or the program ends, at most until `until`. Takes what waits.
    fn take(&self, until: Option<Instant>) -> Taken {
        let mut queue = lock(&self.queue);
        while queue.waiting.is_empty() && !queue.is_measured && !queue.has_ended {
            let Some(until) = until else {
                queue = self.wake.wait(queue).unwrap_or_else(PoisonError::into_inner);
                continue;
            };
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            queue = self.wake.wait_timeout(queue, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        Taken {
            waiting: std::mem::take(&mut queue.waiting),
            is_measured: std::mem::take(&mut queue.is_measured),
            number: self.queued.load(Ordering::Acquire),
            has_ended: queue.has_ended,
        }
    }

    /// Puts back what could not be written, unless it has changed since. Waits, so that the disk is not tried all the time.
    fn put_back(&self, waiting: BTreeMap<Vec<u8>, Waiting>) {
        let mut queue = lock(&self.queue);
        for (key, value) in waiting {
            queue.waiting.entry(key).or_insert(value);
        }
        let until = Instant::now() + AGAIN;
        while !queue.has_ended {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            queue = self.wake.wait_timeout(queue, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn put_samples(&self, samples: impl IntoIterator<Item = Samples>) {
        if self.histories.put(samples) {
            lock(&self.queue).is_measured = true;
            self.wake.notify_one();
        }
    }

    fn tell(&self, fault: Option<&str>) {
        let told = lock(&self.queue).told.clone();
        for driver in told.iter().filter_map(WeakDriver::upgrade) {
            driver.event(|engine, _, fx| engine.store_says(fault.map(Arc::from), fx));
        }
    }
}

/// What the thread has to do now.
struct Taken {
    waiting: BTreeMap<Vec<u8>, Waiting>,
    is_measured: bool,
    /// The number of the newest change in it.
    number: u64,
    has_ended: bool,
}

/// What the thread knows.
struct Thread {
    store: Arc<dyn Store>,
    /// When the last flush has ended, and how long it took.
    synced: Instant,
    sync_took: Duration,
    /// When values and histories must be flushed, if something was written since.
    sync_at: Option<Instant>,
    /// When the samples in memory must be written, if there are some.
    write_at: Option<Instant>,
}

impl Thread {
    fn new(store: Arc<dyn Store>) -> Self {
        Self { store, synced: Instant::now(), sync_took: Duration::ZERO, sync_at: None, write_at: None }
    }

    /// Something was written that must be flushed after this time.
    fn sync_within(&mut self, time: Duration) {
        let at = self.synced + time.max(self.sync_took * REST);
        self.sync_at = Some(self.sync_at.map_or(at, |other| other.min(at)));
    }

    /// Writes the new samples of all histories if it is time. At the end it always is.
    fn write_histories(&mut self, shared: &Shared, has_ended: bool) -> Result<(), StoreError> {
        if self.write_at.is_some_and(|at| at <= Instant::now() || has_ended) {
            if shared.histories.write(&*self.store)? {
                self.sync_within(SYNC_HISTORIES);
            }
            self.write_at = None;
        }
        Ok(())
    }

    fn run(mut self, shared: &Shared) {
        loop {
            let next = self.sync_at.into_iter().chain(self.write_at).min();
            let Taken { waiting, is_measured, number, has_ended } = shared.take(next);
            if is_measured {
                self.write_at.get_or_insert_with(|| Instant::now() + COLLECT);
                shared.histories.make_room(&*self.store);
            }
            let states = self.write(&waiting).map(|()| {
                if !waiting.is_empty() {
                    self.sync_within(SYNC);
                }
                shared.written.send_replace(number);
                shared.is_behind.store(false, Ordering::Release);
            });
            // Also if the states could not be written: there may be no later time for the samples.
            let histories = self.write_histories(shared, has_ended);
            let done = states.and(histories).and_then(|()| self.sync(has_ended));
            match done {
                Ok(()) if shared.has_failed.swap(false, Ordering::AcqRel) => {
                    log::warn(&"the store is written again");
                    shared.tell(None);
                }
                Ok(()) => {}
                Err(error) => {
                    shared.is_behind.store(true, Ordering::Release);
                    let is_broken = error.fault() == StoreFault::Broken;
                    shared.is_broken.store(is_broken, Ordering::Release);
                    if !shared.has_failed.swap(true, Ordering::AcqRel) || is_broken {
                        let then = if is_broken {
                            "nothing is kept until the program is started again"
                        } else {
                            "it is tried again every second"
                        };
                        log::error(&format_args!("the store cannot be written: {error}; {then}"));
                        shared.tell(Some(&error.to_string()));
                    }
                    if is_broken {
                        return;
                    }
                    if !has_ended {
                        shared.put_back(waiting);
                        continue;
                    }
                }
            }
            if has_ended {
                return;
            }
        }
    }

    fn write(&self, waiting: &BTreeMap<Vec<u8>, Waiting>) -> Result<(), StoreError> {
        if waiting.is_empty() {
            return Ok(());
        }
        let time = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
        let time = u64::try_from(time).unwrap_or(u64::MAX);
        let entries: Vec<Entry> = waiting
            .iter()
            .filter(|(key, Waiting { value, .. })| value.as_ref().is_none_or(|value| is_kept(key, value)))
            .map(|(key, Waiting { value, epoch, rev })| {
                let body = value.as_ref().map(|value| value.json().as_bytes());
                let value = body.map(|body| Record { epoch: *epoch, rev: *rev, time, body }.to_bytes(key));
                Entry { table: Table::States, key: key.clone(), value }
            })
            .collect();
        self.store.append(&entries, Level::Crash)
    }

    /// Flushes what was written to the disk, if it is time. At the end it always is.
    fn sync(&mut self, has_ended: bool) -> Result<(), StoreError> {
        let begun = Instant::now();
        if self.sync_at.is_none_or(|at| begun < at && !has_ended) {
            return Ok(());
        }
        self.store.append(&[], Level::Power)?;
        (self.synced, self.sync_took, self.sync_at) = (Instant::now(), begun.elapsed(), None);
        Ok(())
    }
}

impl Keeper {
    /// The way of the dashboard with this key, in this run of the program. An app with one device has an empty key.
    pub(crate) fn new(writer: Arc<Writer>, device: &str, epoch: &str) -> Self {
        // An epoch is 128 bits in hexadecimal digits.
        let epoch = u128::from_str_radix(epoch, 16).unwrap_or_default();
        Self { writer, prefix: prefix(device), epoch }
    }

    pub(crate) fn writer(&self) -> &Arc<Writer> {
        &self.writer
    }

    /// Takes changes over. Never waits for a disk, so the engine may be locked.
    pub(crate) fn put(&self, changes: Vec<KeptChange>) {
        if changes.is_empty() {
            return;
        }
        let Shared { queue, wake, queued, .. } = &*self.writer.shared;
        let mut queue = lock(queue);
        for KeptChange { key, value, rev } in changes {
            let key = self.key(&key);
            if key.len() > Entry::LONGEST_KEY {
                let name = || String::from_utf8_lossy(&key).chars().take(60).collect::<String>();
                if log::is_rare("kept", 1, name) {
                    log::warn(&format_args!("`{}…` is not kept: the key of its row is too long", name()));
                }
                continue;
            }
            queue.waiting.insert(key, Waiting { value, epoch: self.epoch, rev });
        }
        queued.fetch_add(1, Ordering::Release);
        drop(queue);
        wake.notify_one();
    }

    /// Opens the history of a stream, and returns its last samples, at most `count`.
    ///
    /// # Errors
    /// If it cannot be read.
    pub(crate) fn open_history(&self, key: &[u8], plan: &HistoryPlan, count: usize) -> Result<Vec<Point>, StoreError> {
        let Some(store) = lock(&self.writer.shared.store).clone() else { return Ok(Vec::new()) };
        self.writer.shared.histories.last(&*store, &self.key(key), &Kind::new(plan, self.epoch), count)
    }

    /// Takes new samples over. Never waits for a disk.
    pub(crate) fn put_samples(&self, plan: &Plan, measured: Vec<Measured>) {
        if measured.is_empty() {
            return;
        }
        self.writer.shared.put_samples(measured.into_iter().filter_map(|Measured { prop, key, items }| {
            let history = plan.prop(prop).history.as_ref()?;
            Some(Samples { key: self.key(&key), kind: Kind::new(history, self.epoch), items })
        }));
    }

    /// What a chart shows of a history, with all samples that were put before. `None`: there is no history, or the program
    /// ends. Waits for the disk, so it is for a thread that may.
    pub(crate) fn read_history(
        &self,
        key: &[u8],
        from: Micros,
        to: Micros,
        points: usize,
    ) -> Option<Result<Read, StoreError>> {
        let store = lock(&self.writer.shared.store).clone()?;
        self.writer.shared.histories.read(&*store, &self.key(key), from, to, points)
    }

    fn key(&self, key: &[u8]) -> Vec<u8> {
        [&*self.prefix, key].concat()
    }
}

/// Whether a value is short enough. Its JSON is made here, on the thread of the store, because the engine may not need it.
fn is_kept(key: &[u8], value: &Value) -> bool {
    let is_short = value.json().len() <= LONGEST;
    if !is_short && log::is_rare("kept", 1, || name_of(key)) {
        log::warn(&format_args!("`{}` is larger than {LONGEST} bytes, so it is not kept", name_of(key)));
    }
    is_short
}

/// The name of a property in a key, for messages.
pub(super) fn name_of(key: &[u8]) -> String {
    let own = key.iter().position(|byte| *byte == 1).map_or(key, |at| &key[at + 1..]);
    String::from_utf8_lossy(own).replace('\0', " ")
}

fn prefix(device: &str) -> Vec<u8> {
    // The key of a device has no control characters.
    [device.as_bytes(), b"\x01"].concat()
}

/// Everything that was kept for the device with this key, and what has to be told about values that cannot be read.
///
/// # Errors
/// If the store cannot be read.
pub(crate) fn load(store: &dyn Store, device: &str) -> Result<(Vec<KeptValue>, Vec<String>), StoreError> {
    let prefix = prefix(device);
    let (mut values, mut told) = (Vec::new(), Vec::new());
    for (key, bytes) in store.load(Table::States, &prefix)? {
        let own = key.get(prefix.len()..).unwrap_or_default().to_vec();
        let record = Record::read(&key, &bytes).map_err(|why| why.to_string());
        let read = record.and_then(|record| {
            let json = std::str::from_utf8(record.body).map_err(|_| "it is damaged: it is not a text".to_owned())?;
            Ok(KeptValue { key: own.clone(), json: json.to_owned(), age: Some(age(record.time)) })
        });
        match read {
            Ok(value) => values.push(value),
            Err(why) => {
                let name = name_of(&own);
                told.push(format!("the value of `{name}` from before the restart is lost: {why}"));
            }
        }
    }
    Ok((values, told))
}

/// How long ago this time was, in milliseconds since the Unix epoch. A clock that was set back makes it zero.
fn age(millis: u64) -> Duration {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    now.saturating_sub(Duration::from_millis(millis))
}
