//! The thread that writes what dashboards keep.
//!
//! Changes of one property that wait are merged. Each write is safe from the end of the process at once, and from a power
//! failure with the next flush. When that is, [`pace`] decides. [`thread`](self::thread) does it, and [`keeper`] is the way
//! of a dashboard to it.
//!
//! A frame that tells a client that its command was carried out waits for the write ([`Writer::written`]). Nobody else
//! waits for the disk: no callback, no stop, and no lock that they need. If the disk takes longer than [`PATIENCE`],
//! nobody waits for it until it has caught up. As a rule the write takes microseconds, and the thread that has handled the
//! command does it itself ([`here`](self::here)).

mod here;
mod keeper;
mod pace;
#[cfg(test)]
mod tests;
mod thread;

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Condvar, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};

use tokio::sync::watch;

pub(crate) use self::here::Here;
pub(super) use self::keeper::name_of;
pub(crate) use self::keeper::{Keeper, load};
use self::thread::Thread;
use super::{
    Flush, Store, StoreError, StoreFault,
    histories::{Histories, Samples, Unwritten},
};
use crate::{
    server::{driver::WeakDriver, lock},
    value::Value,
    words::log,
};

/// How long a frame with an outcome waits for the disk.
const PATIENCE: Duration = Duration::from_millis(100);

/// How long the end of the program waits for the last write.
const END: Duration = Duration::from_secs(2);

/// Writes to a store. If it is dropped, the thread writes what waits and ends.
#[derive(Debug)]
pub(crate) struct Writer {
    shared: Arc<Shared>,
    /// Locked by the thread as long as it does something, and by who writes in its place. `None` after the end.
    work: Arc<Mutex<Option<Thread>>>,
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
    /// The number of the newest change of which the thread knows that somebody is told of it.
    told: AtomicU64,
    /// How many threads handle a command now, and write its values themselves afterwards.
    here: AtomicUsize,
    /// The number of the newest change that is written, and that of the newest one that is flushed.
    written: watch::Sender<u64>,
    flushed: AtomicU64,
    /// Whether the disk is slow or broken, so that nobody waits for it.
    is_behind: AtomicBool,
    /// Whether the last write has failed, and whether nothing will be written any more.
    has_failed: AtomicBool,
    is_broken: AtomicBool,
}

#[derive(Debug, Default)]
struct Queue {
    /// What waits, by its key.
    waiting: Values,
    /// The same, of what nobody waits for.
    quiet: Values,
    /// What the thread does not know of.
    news: News,
    /// Are told when the store cannot be written, and when it can again.
    told: Vec<WeakDriver>,
}

/// Why the thread wakes up.
#[derive(Debug, Default, Clone, Copy)]
struct News {
    /// Values wait.
    is_changed: bool,
    /// There is something that nobody waits for.
    is_quiet: bool,
    /// Somebody waits until the values are written, or is told of values that are.
    is_awaited: bool,
    /// There are new samples of histories.
    is_measured: bool,
    /// Something was written by another thread, so that the next flush is earlier.
    is_flushed_earlier: bool,
    /// Everything is written now, and nothing later. Stays.
    has_ended: bool,
}

/// Values by their keys.
type Values = BTreeMap<Vec<u8>, Waiting>;

#[derive(Debug)]
struct Waiting {
    value: Option<Value>,
    epoch: u128,
    rev: u64,
}

/// What waits, to be written.
#[derive(Debug)]
struct Taken {
    waiting: Values,
    /// Whether there are values in it, and not only what is quiet.
    has_values: bool,
    /// The number of the newest change in it.
    number: u64,
}

impl Writer {
    /// Starts the thread.
    ///
    /// # Errors
    /// If the system gives no thread.
    pub(crate) fn start(store: Box<dyn Store>, flush: Flush) -> Result<Arc<Self>, StoreError> {
        Self::start_shared(Arc::from(store), flush)
    }

    fn start_shared(store: Arc<dyn Store>, flush: Flush) -> Result<Arc<Self>, StoreError> {
        let shared = Arc::new(Shared::new(Arc::clone(&store)));
        let work = Arc::new(Mutex::new(Some(Thread::new(store, flush))));
        let (of_thread, own) = (Arc::clone(&shared), Arc::clone(&work));
        let run = move || thread::run(&own, &of_thread);
        let thread = std::thread::Builder::new().name("dash-store".to_owned()).spawn(run);
        let thread =
            thread.map_err(|error| StoreError::new(StoreFault::Io, format!("no thread for the store: {error}")))?;
        Ok(Arc::new(Self { shared, work, thread: Mutex::new(Some(thread)) }))
    }

    /// The caller handles commands now, and writes their values itself afterwards.
    pub(crate) fn here(self: &Arc<Self>) -> Here {
        Here::new(self)
    }

    /// Tells this dashboard when the store cannot be written.
    pub(crate) fn tell(&self, driver: WeakDriver) {
        lock(&self.shared.queue).told.push(driver);
    }

    /// Waits until everything that was put before is written. Not if the disk is slow or broken.
    pub(crate) async fn written(&self) {
        let number = self.shared.queued.load(Ordering::Acquire);
        if self.shared.flushed.load(Ordering::Acquire) >= number {
            return;
        }
        // Also if it is written: what somebody is told of is flushed soon. To wake the thread up a second time takes longer than
        // its write.
        if self.shared.told.load(Ordering::Acquire) < number {
            self.shared.news(|news| news.is_awaited = true);
        }
        if *self.shared.written.borrow() >= number || self.shared.is_behind.load(Ordering::Acquire) {
            return;
        }
        // Those who write themselves may take longer than the thread.
        if self.shared.here.load(Ordering::SeqCst) > 0 {
            self.shared.wake.notify_one();
        }
        let mut written = self.shared.written.subscribe();
        // An error would mean that the sender was dropped, but `self` has it.
        let late = tokio::time::timeout(PATIENCE, written.wait_for(|written| *written >= number)).await.is_err();
        // Unless it was written just now.
        if late && *self.shared.written.borrow() < number {
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

    /// The same, for tests without a runtime: waits until everything is written.
    #[cfg(feature = "testing")]
    pub(crate) fn finish(&self) {
        self.shared.end();
        drop(lock(&self.shared.store).take());
        if let Some(thread) = lock(&self.thread).take()
            && thread.join().is_err()
        {
            log::warn(&"the thread of the store has panicked, so some values are not kept");
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.shared.end();
    }
}

impl Shared {
    fn new(store: Arc<dyn Store>) -> Self {
        Self {
            queue: Mutex::default(),
            wake: Condvar::new(),
            store: Mutex::new(Some(store)),
            histories: Histories::default(),
            queued: AtomicU64::new(0),
            told: AtomicU64::new(0),
            here: AtomicUsize::new(0),
            written: watch::Sender::new(0),
            flushed: AtomicU64::new(0),
            is_behind: AtomicBool::new(false),
            has_failed: AtomicBool::new(false),
            is_broken: AtomicBool::new(false),
        }
    }

    /// Wakes the thread up for something new.
    fn news(&self, tell: impl FnOnce(&mut News)) {
        tell(&mut lock(&self.queue).news);
        self.wake.notify_one();
    }

    fn end(&self) {
        self.news(|news| news.has_ended = true);
    }

    /// Puts changed values into the queue. With `is_told` they are written while callbacks and the page's frame are under
    /// way, so that nobody has to wait long for it. Nobody waits for what is `quiet`. Never waits for a disk.
    fn put(
        &self,
        values: Vec<(Vec<u8>, Waiting)>,
        events: Vec<Samples>,
        quiet: Vec<(Vec<u8>, Waiting)>,
        is_told: bool,
    ) {
        // Nobody takes it any more.
        if self.is_broken.load(Ordering::Acquire) {
            return;
        }
        let mut queue = lock(&self.queue);
        let is_first = queue.waiting.is_empty() && !values.is_empty();
        let is_first_quiet = queue.quiet.is_empty() && !quiet.is_empty();
        let is_told = is_told && !values.is_empty();
        if !values.is_empty() {
            let number = self.queued.fetch_add(1, Ordering::Release) + 1;
            if is_told {
                self.told.store(number, Ordering::Release);
            }
        }
        queue.waiting.extend(values);
        queue.quiet.extend(quiet);
        // Under the lock, so that nobody takes the values without the events.
        self.histories.put(events);
        queue.news.is_changed |= is_first;
        queue.news.is_quiet |= is_first_quiet;
        queue.news.is_awaited |= is_told;
        // Who writes itself looks at the news afterwards.
        if (is_first || is_first_quiet || is_told) && self.here.load(Ordering::SeqCst) == 0 {
            drop(queue);
            self.wake.notify_one();
        }
    }

    fn put_samples(&self, samples: impl IntoIterator<Item = Samples>) {
        if self.histories.put(samples) {
            self.news(|news| news.is_measured = true);
        }
    }

    /// Waits until there is something new or the program ends, at most until `until`.
    fn sleep(&self, until: Option<Instant>) -> News {
        let mut queue = lock(&self.queue);
        while !queue.news.is_any() {
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
        queue.news.take()
    }

    /// Takes what waits. What is quiet is never taken without the values, so that it is not written before them.
    fn take(&self, with_quiet: bool) -> (Taken, Unwritten) {
        let mut queue = lock(&self.queue);
        let mut waiting = std::mem::take(&mut queue.waiting);
        let has_values = !waiting.is_empty();
        if with_quiet {
            waiting.append(&mut queue.quiet);
        }
        let unwritten = self.histories.unwritten_events();
        (Taken { waiting, has_values, number: self.queued.load(Ordering::Acquire) }, unwritten)
    }

    /// Puts back what could not be written, unless it has changed since.
    fn put_back(&self, values: Values) {
        let mut queue = lock(&self.queue);
        for (key, value) in values {
            queue.waiting.entry(key).or_insert(value);
        }
    }

    /// Waits for so long, or until the program ends.
    fn rest(&self, time: Duration) {
        let until = Instant::now() + time;
        let mut queue = lock(&self.queue);
        while !queue.news.has_ended {
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

impl News {
    const fn is_any(self) -> bool {
        let Self { is_changed, is_quiet, is_awaited, is_measured, is_flushed_earlier, has_ended } = self;
        is_changed || is_quiet || is_awaited || is_measured || is_flushed_earlier || has_ended
    }

    fn take(&mut self) -> Self {
        let rest = Self { has_ended: self.has_ended, ..Self::default() };
        std::mem::replace(self, rest)
    }
}
