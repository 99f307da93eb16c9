//! The thread that writes what dashboards keep.
//!
//! Changes of one property that wait are merged. Each write is safe from the end of the process at once. At most every
//! [`SYNC`], and at most a tenth of the time, the thread also makes sure that what was written survives a power failure.
//!
//! A frame that tells a client that its command was carried out waits for the write ([`Writer::written`]). Nobody else
//! waits for the disk: no callback, no stop, and no lock that they need. If the disk takes longer than [`PATIENCE`],
//! nobody waits for it until it has caught up.

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

use super::{Entry, Level, Store, StoreError, StoreFault, Table, record::Record};
use crate::{
    engine::kept::{KeptChange, KeptValue},
    server::{driver::WeakDriver, lock},
    value::Value,
    words::log,
};

/// The shortest time between two flushes to the disk.
const SYNC: Duration = Duration::from_millis(200);

/// A flush that took some time is followed by at least this many times as long without one.
const REST: u32 = 10;

/// How long a frame with an outcome waits for the disk.
const PATIENCE: Duration = Duration::from_millis(100);

/// The time until a write that has failed is tried again.
const AGAIN: Duration = Duration::from_secs(1);

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
        let shared = Arc::new(Shared {
            queue: Mutex::default(),
            wake: Condvar::new(),
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

    /// Waits until something waits or the program ends, at most until `until`. Takes what waits, with its number.
    fn take(&self, until: Option<Instant>) -> (BTreeMap<Vec<u8>, Waiting>, u64, bool) {
        let mut queue = lock(&self.queue);
        while queue.waiting.is_empty() && !queue.has_ended {
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
        (std::mem::take(&mut queue.waiting), self.queued.load(Ordering::Acquire), queue.has_ended)
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

    fn tell(&self, fault: Option<&str>) {
        let told = lock(&self.queue).told.clone();
        for driver in told.iter().filter_map(WeakDriver::upgrade) {
            driver.event(|engine, _, fx| engine.store_says(fault.map(Arc::from), fx));
        }
    }
}

/// What the thread knows.
struct Thread {
    store: Box<dyn Store>,
    /// Whether something was written since the last flush, and when the next flush may be.
    is_dirty: bool,
    next_sync: Instant,
}

impl Thread {
    fn new(store: Box<dyn Store>) -> Self {
        Self { store, is_dirty: false, next_sync: Instant::now() }
    }

    fn run(mut self, shared: &Shared) {
        loop {
            let (waiting, number, has_ended) = shared.take(self.is_dirty.then_some(self.next_sync));
            let done = self.write(&waiting).and_then(|()| {
                self.is_dirty |= !waiting.is_empty();
                shared.written.send_replace(number);
                shared.is_behind.store(false, Ordering::Release);
                self.sync(has_ended)
            });
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
        if !self.is_dirty || (begun < self.next_sync && !has_ended) {
            return Ok(());
        }
        let synced = self.store.append(&[], Level::Power);
        self.is_dirty = synced.is_err();
        self.next_sync = Instant::now() + SYNC.max(begun.elapsed() * REST);
        synced
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
            let key = [&*self.prefix, &key].concat();
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
                let name = String::from_utf8_lossy(&own).replace('\0', " ");
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
