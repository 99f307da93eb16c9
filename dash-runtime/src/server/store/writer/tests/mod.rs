//! The thread of the store, with stores that hang or fail at one moment.

#[cfg(feature = "store")]
mod behind;
#[cfg(feature = "store")]
mod day;
mod events;
mod here;

use std::{
    ops::{ControlFlow, Deref, DerefMut, Range},
    pin::pin,
    sync::{MutexGuard, atomic::AtomicU32},
    task::{Context, Waker},
    thread,
};

use super::{
    thread::{Moment, Next},
    *,
};
use crate::{
    component::{PropInfo, PropType},
    engine::kept::{HistoryPlan, KeptChange, KeptValue},
    history::{HistoryType, Items, Point, Retention},
    server::{
        history::{Micros, Shown},
        store::{Entry, Level, MemoryStore, Order, Table, Visit, histories::Kind},
    },
};

const EPOCH: &str = "7";

/// When runs by hand begin.
const BEGIN: Micros = 1_732_000_000_000_000;

/// Items are numbers, each at the time of its own number of seconds.
const NUMBERS: HistoryType = HistoryType(Items::Numbers {
    read: |item| {
        let number = *item.get::<f64>()?;
        Some(Point { time: (number * 1e6) as Micros, values: vec![Some(number)] })
    },
    make: |point| Value::new(point.values.first().copied()??).ok(),
});

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

/// A thread that is run by hand, so that a test has the time in its hand, and the way to it.
struct Run {
    keeper: Keeper,
}

impl Run {
    fn new(store: Arc<dyn Store>) -> Self {
        let shared = Arc::new(Shared::new(Arc::clone(&store)));
        let work = Arc::new(Mutex::new(Some(Thread::new(store, Flush::new()))));
        let writer = Arc::new(Writer { shared, work, thread: Mutex::default() });
        Self { keeper: Keeper::new(writer, "", EPOCH) }
    }

    fn thread(&self) -> Own<'_> {
        Own(lock(&self.keeper.writer.work))
    }

    /// Somebody waits for what was put.
    fn awaited(&self) {
        self.keeper.writer.shared.news(|news| news.is_awaited = true);
    }

    /// The date at a time.
    const fn date(since: Duration) -> Micros {
        BEGIN + since.as_micros() as Micros
    }

    /// Does what the thread would do from one time to another.
    fn pass(&mut self, from: Duration, until: Duration) {
        let shared = Arc::clone(&self.keeper.writer.shared);
        let moment = |since: Duration| Moment { since, date: Self::date(since) };
        let mut now = from;
        loop {
            let news = lock(&shared.queue).news.take();
            assert_eq!(self.thread().turn(&shared, news, moment(now)), Next::Sleep);
            let Some(next) = self.thread().pace.next().filter(|next| *next < until) else { return };
            now = now.max(next);
        }
    }
}

/// What the thread has, locked.
struct Own<'r>(MutexGuard<'r, Option<Thread>>);

impl Deref for Own<'_> {
    type Target = Thread;

    fn deref(&self) -> &Thread {
        self.0.as_ref().unwrap()
    }
}

impl DerefMut for Own<'_> {
    fn deref_mut(&mut self) -> &mut Thread {
        self.0.as_mut().unwrap()
    }
}

fn keeper(store: &Gated) -> Keeper {
    Keeper::new(Writer::start(Box::new(store.clone()), Flush::new()).unwrap(), "", EPOCH)
}

/// Puts a new value of a state.
fn state(keeper: &Keeper, rev: u64) {
    keeper.put(
        vec![KeptChange { key: b"speed.value".to_vec(), value: Some(Value::new(rev as f64).unwrap()), rev }],
        Vec::new(),
        Vec::new(),
        false,
    );
}

/// A stream of which a page gets the last 1 000 items.
const INFO: PropInfo = PropInfo::new("points", "", PropType::of::<f64>()).stream(1000);

fn plan() -> HistoryPlan {
    HistoryPlan { key: (*b"air.points").into(), retention: Retention::default(), ty: NUMBERS, with_values: false }
}

/// Puts samples at these seconds into the history `air.points`.
fn measure(keeper: &Keeper, seconds: Range<u32>) {
    let items = seconds.map(|second| Value::new(f64::from(second)).unwrap()).collect();
    let kind = Kind::new(&plan(), keeper.epoch);
    keeper.writer.shared.put_samples([Samples { key: keeper.key(b"air.points"), kind, items }]);
}

fn count(keeper: &Keeper) -> usize {
    let read = keeper.read_history(b"air.points", &plan(), 0..1_000_000_000, 10_000).unwrap().unwrap();
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
    assert_eq!(again.open_history(b"air.points", &plan(), &INFO).unwrap().len(), 100);
    again.writer.end().await;
}

#[tokio::test]
async fn fault_instead_of_a_value_that_is_too_long_an_older_one_came_back() {
    let store = Gated::default();
    let first = keeper(&store);
    let put = |text: String, rev| {
        let value = Some(Value::new(text).unwrap());
        first.put(vec![KeptChange { key: b"notes.text".to_vec(), value, rev }], Vec::new(), Vec::new(), false);
    };
    put("old".to_owned(), 1);
    first.writer.written().await;
    put("x".repeat(2 * 1024 * 1024), 2);
    first.writer.end().await;
    let mut kept = 0;
    let count = &mut |_: &[u8], _: &[u8]| {
        kept += 1;
        ControlFlow::Continue(())
    };
    store.range(Table::States, b"a".as_slice()..b"z", Order::Ascending, count).unwrap();
    assert_eq!(kept, 0);
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
    assert_eq!(again.open_history(b"air.points", &plan(), &INFO).unwrap().len(), 100);
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
    assert_eq!(again.open_history(b"air.points", &plan(), &INFO).unwrap().len(), 100);
    again.writer.end().await;
}

/// How many entries the store was given, and how many flushes.
#[derive(Debug, Clone, Default)]
struct Counting {
    inner: MemoryStore,
    entries: Arc<AtomicU32>,
    flushes: Arc<AtomicU32>,
    full: Arc<AtomicBool>,
}

impl Store for Counting {
    fn append(&self, entries: &[Entry], level: Level) -> Result<(), StoreError> {
        if self.full.load(Ordering::SeqCst) {
            return Err(StoreError::new(StoreFault::Full, "the disk is full"));
        }
        self.entries.fetch_add(entries.len() as u32, Ordering::SeqCst);
        self.flushes.fetch_add(u32::from(level == Level::Power), Ordering::SeqCst);
        self.inner.append(entries, level)
    }

    fn range(&self, table: Table, keys: Range<&[u8]>, order: Order, visit: &mut Visit<'_>) -> Result<(), StoreError> {
        self.inner.range(table, keys, order, visit)
    }

    fn trim(&self, table: Table, keys: Range<&[u8]>) -> Result<(), StoreError> {
        self.inner.trim(table, keys)
    }
}

#[test]
fn a_value_that_changes_continuously_is_written_once_a_second_and_the_last_one_is_written() {
    let store = Counting::default();
    let mut run = Run::new(Arc::new(store.clone()));
    let tenth = Duration::from_millis(100);
    for number in 0..3_000 {
        state(&run.keeper, u64::from(number));
        run.pass(tenth * number, tenth * (number + 1));
    }
    let entries = store.entries.load(Ordering::SeqCst);
    assert!((300..=360).contains(&entries), "{entries}");
    let flushes = store.flushes.load(Ordering::SeqCst);
    assert!((58..=62).contains(&flushes), "{flushes}");
    run.pass(tenth * 3_000, tenth * 3_020);
    let (values, told) = load(&store, "").unwrap();
    assert_eq!((values[0].json.as_str(), told.len()), ("2999.0", 0));
}

#[tokio::test]
async fn a_value_that_somebody_waits_for_is_written_at_once_while_it_changes_continuously() {
    let store = Gated::default();
    let keeper = keeper(&store);
    // More than are written at once after a pause.
    for number in 0..200 {
        state(&keeper, number);
        let before = store.writes.load(Ordering::SeqCst);
        while before < 60 && keeper.writer.waiting() > 0 {
            thread::yield_now();
        }
    }
    assert!(keeper.writer.waiting() > 0, "the last one waits for others");
    keeper.writer.written().await;
    assert_eq!((keeper.writer.waiting(), keeper.writer.status()), (0, "ok"));
    let (values, _) = load(&store, "").unwrap();
    assert_eq!(values[0].json, "199.0");
    keeper.writer.end().await;
}

#[tokio::test]
async fn nobody_waits_for_what_is_quiet_and_it_is_written_all_the_same() {
    let store = Gated::default();
    let keeper = keeper(&store);
    store.close();
    let value = Some(Value::of_json("[1,0,7]".to_owned()));
    keeper.put(Vec::new(), Vec::new(), vec![KeptChange { key: b"outcome".to_vec(), value, rev: 7 }], true);
    keeper.writer.written().await;
    assert_eq!((keeper.writer.waiting() <= 1, keeper.writer.status()), (true, "ok"), "who waits in vain finds it slow");
    store.open();
    keeper.writer.end().await;
    let (values, _) = load(&store, "").unwrap();
    assert_eq!(values[0].json, "[1,0,7]");
}

/// A command that is answered costs one write of its value. The outcomes of many commands are merged.
#[test]
fn what_is_quiet_is_written_once_in_two_seconds_while_it_comes_all_the_time_and_never_before_the_values() {
    let store = Counting::default();
    let mut run = Run::new(Arc::new(store.clone()));
    let step = Duration::from_millis(10);
    for number in 0..6_000_u32 {
        let change = |key: String| {
            let value = Some(Value::new(f64::from(number)).unwrap());
            KeptChange { key: key.into_bytes(), value, rev: u64::from(number) }
        };
        run.keeper.put(
            vec![change("speed".to_owned())],
            Vec::new(),
            vec![change(format!("outcome {}", number % 8))],
            true,
        );
        run.pass(step * number, step * (number + 1));
        let (values, _) = load(&store, "").unwrap();
        let of = |value: &KeptValue| value.json.parse::<f64>().unwrap();
        let (outcomes, speed): (Vec<_>, Vec<_>) = values.iter().partition(|value| value.key.starts_with(b"outcome"));
        assert!(outcomes.iter().all(|outcome| of(outcome) <= of(speed[0])), "at {number}");
    }
    let entries = store.entries.load(Ordering::SeqCst);
    assert!((6_000 + 60 + 25 * 8..=6_000 + 60 + 32 * 8).contains(&entries), "{entries}");
    run.pass(step * 6_000, step * 6_400);
    let (values, _) = load(&store, "").unwrap();
    assert!(values.iter().any(|value| value.json == "5999.0" && value.key.starts_with(b"outcome")));
}

/// A disk whose flush has failed may have lost what was written before.
#[test]
fn after_a_failed_flush_all_values_since_the_last_one_are_written_again() {
    let store = Counting::default();
    let mut run = Run::new(Arc::new(store.clone()));
    let put = |run: &Run, key: &str| {
        let value = Some(Value::new(1.0).unwrap());
        run.keeper.put(vec![KeptChange { key: key.as_bytes().to_vec(), value, rev: 1 }], Vec::new(), Vec::new(), false);
    };
    let second = Duration::from_secs(1);
    put(&run, "flushed");
    run.pass(Duration::ZERO, second);
    put(&run, "a");
    run.pass(second, second * 2);
    put(&run, "b");
    run.pass(second * 2, second * 3);
    assert_eq!((store.entries.load(Ordering::SeqCst), store.flushes.load(Ordering::SeqCst)), (3, 1));
    store.full.store(true, Ordering::SeqCst);
    let now = Moment { since: second * 10, date: Run::date(second * 10) };
    let shared = Arc::clone(&run.keeper.writer.shared);
    assert_eq!(run.thread().turn(&shared, News::default(), now), Next::TryAgain);
    store.full.store(false, Ordering::SeqCst);
    run.pass(second * 11, second * 12);
    assert_eq!((store.entries.load(Ordering::SeqCst), store.flushes.load(Ordering::SeqCst)), (5, 2), "`a` and `b`");
}

/// The bound on what is remembered is smaller in tests.
#[test]
fn what_a_failed_flush_may_have_lost_of_more_than_is_remembered_is_told_once() {
    let (store, hour) = (Counting::default(), Duration::from_secs(3_600));
    let mut run = Run::new(Arc::new(store.clone()));
    *run.thread() = Thread::new(Arc::new(store.clone()), Flush::new().commands(hour).rest(hour));
    let (second, shared) = (Duration::from_secs(1), Arc::clone(&run.keeper.writer.shared));
    let measure = |run: &mut Run, seconds: Range<u32>, now: u32| {
        // Times and values that cannot be compressed.
        let noise = |at: u32| f64::from(at.wrapping_mul(2_654_435_761) >> 3) / f64::from(u32::MAX);
        let items = seconds.map(|at| Value::new(f64::from(at) + noise(at)).unwrap()).collect();
        let kind = Kind::new(&plan(), run.keeper.epoch);
        shared.put_samples([Samples { key: run.keeper.key(b"air.points"), kind, items }]);
        run.pass(second * now, second * (now + 10));
    };
    let fails = |run: &mut Run, now: u32| {
        store.full.store(true, Ordering::SeqCst);
        let now = Moment { since: second * now, date: Run::date(second * now) };
        state(&run.keeper, 1);
        run.awaited();
        let news = lock(&shared.queue).news.take();
        assert_eq!(run.thread().turn(&shared, news, now), Next::TryAgain);
        store.full.store(false, Ordering::SeqCst);
    };
    let few = log::heard(|| {
        // The first samples are flushed at once, and then none for an hour.
        measure(&mut run, 0..10, 0);
        measure(&mut run, 10..1_000, 10);
        fails(&mut run, 20);
        run.pass(second * 21, second * 30);
    });
    assert!(few.contains("the disk is full") && !few.contains("may be lost"), "all of it is remembered: {few}");
    let many = log::heard(|| {
        (3..60).for_each(|at| measure(&mut run, at * 1_000..(at + 1) * 1_000, at * 10));
        fails(&mut run, 700);
        run.pass(second * 701, second * 710);
        fails(&mut run, 720);
        run.pass(second * 721, second * 730);
    });
    assert_eq!(many.matches("some of the histories may be lost: a flush took so long that ").count(), 1, "{many}");
}

#[test]
fn a_value_that_was_written_before_somebody_is_told_of_it_is_flushed_soon() {
    let store = Counting::default();
    let mut run = Run::new(Arc::new(store.clone()));
    let (second, later) = (Duration::from_secs(1), Duration::from_millis(1_250));
    state(&run.keeper, 1);
    run.pass(Duration::ZERO, second);
    assert_eq!(store.flushes.load(Ordering::SeqCst), 1, "after a pause at once");
    state(&run.keeper, 2);
    run.pass(second, second);
    assert_eq!((store.entries.load(Ordering::SeqCst), store.flushes.load(Ordering::SeqCst)), (2, 1));
    run.awaited();
    run.pass(second, later);
    assert_eq!((store.entries.load(Ordering::SeqCst), store.flushes.load(Ordering::SeqCst)), (2, 2));
}

#[test]
fn fault_a_value_that_came_beside_an_awaited_write_left_the_thread_spinning() {
    let run = Run::new(Arc::new(MemoryStore::new()));
    let shared = Arc::clone(&run.keeper.writer.shared);
    let moment = |millis| Moment { since: Duration::from_millis(millis), date: BEGIN };
    run.awaited();
    let news = lock(&shared.queue).news.take();
    // The thread has woken up for somebody who waits. It writes this value too, whose news it takes afterwards.
    state(&run.keeper, 1);
    assert_eq!(run.thread().turn(&shared, news, moment(0)), Next::Sleep);
    for millis in [1, 1_000, 10_000] {
        let news = lock(&shared.queue).news.take();
        assert_eq!(run.thread().turn(&shared, news, moment(millis)), Next::Sleep);
        let next = run.thread().pace.next();
        assert!(next.is_none_or(|next| next > Duration::from_millis(millis)), "{next:?} after {millis} ms");
    }
}

/// Each wake-up of a thread takes longer than the write.
#[test]
fn fault_the_thread_was_woken_up_twice_for_each_command() {
    let mut run = Run::new(Arc::new(MemoryStore::new()));
    let shared = Arc::clone(&run.keeper.writer.shared);
    let put = |run: &Run, is_told| {
        let value = Some(Value::new(1.0).unwrap());
        let change = KeptChange { key: b"speed".to_vec(), value, rev: 1 };
        run.keeper.put(vec![change], Vec::new(), Vec::new(), is_told);
    };
    let is_woken = |run: &mut Run, millis| {
        run.pass(Duration::from_millis(millis), Duration::from_millis(millis));
        let mut context = Context::from_waker(Waker::noop());
        assert!(pin!(run.keeper.writer.written()).poll(&mut context).is_ready(), "it is written");
        lock(&shared.queue).news.is_any()
    };
    // The first one is flushed at once.
    put(&run, true);
    is_woken(&mut run, 0);
    put(&run, true);
    assert!(!is_woken(&mut run, 10), "the thread knows that somebody is told of it");
    put(&run, false);
    assert!(is_woken(&mut run, 20), "it does not know it");
}
