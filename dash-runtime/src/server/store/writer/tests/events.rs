//! Events of alarms are written in one append with the lists that they have changed, and what a failed flush may have lost is
//! written again.

use std::{
    cell::Cell,
    ops::Range,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use proptest::prelude::*;

use super::{BEGIN, Moment, Next, Run};
use crate::{
    engine::kept::{HistoryPlan, KeptChange},
    history::{HistoryType, Items, Retention},
    server::{
        history::Micros,
        lock,
        store::{
            Entry, Level, MemoryStore, Order, Record, Store, StoreError, StoreFault, Table, Visit,
            histories::{Kind, Samples},
        },
    },
    value::Value,
};

/// Two of them have the same time.
const EVENTS: HistoryType =
    HistoryType(Items::Records { time: |item| item.get::<f64>().map(|number| BEGIN + *number as Micros / 2) });

/// A store that knows what each append had. Some appends fail, and a flush that fails loses everything since the one before.
#[derive(Debug, Clone, Default)]
struct Appends {
    inner: Arc<Mutex<MemoryStore>>,
    done: Arc<Mutex<Vec<Vec<Entry>>>>,
    /// How many of them are flushed.
    flushed: Arc<AtomicUsize>,
    fails: Arc<AtomicBool>,
    loses: Arc<AtomicBool>,
}

impl Appends {
    fn inner(&self) -> MemoryStore {
        lock(&self.inner).clone()
    }
}

impl Store for Appends {
    fn append(&self, entries: &[Entry], level: Level) -> Result<(), StoreError> {
        let full = || Err(StoreError::new(StoreFault::Full, "the disk is full"));
        if self.fails.load(Ordering::SeqCst) {
            return full();
        }
        let mut done = lock(&self.done);
        if level == Level::Power && self.loses.swap(false, Ordering::SeqCst) {
            done.truncate(self.flushed.load(Ordering::SeqCst));
            let left = MemoryStore::new();
            done.iter().for_each(|entries| left.append(entries, Level::Crash).unwrap());
            *lock(&self.inner) = left;
            return full();
        }
        done.push(entries.to_vec());
        if level == Level::Power {
            self.flushed.store(done.len(), Ordering::SeqCst);
        }
        self.inner().append(entries, level)
    }

    fn append_now(&self, entries: &[Entry]) -> Option<Result<(), StoreError>> {
        Some(self.append(entries, Level::Crash))
    }

    fn range(&self, table: Table, keys: Range<&[u8]>, order: Order, visit: &mut Visit<'_>) -> Result<(), StoreError> {
        self.inner().range(table, keys, order, visit)
    }

    fn trim(&self, table: Table, keys: Range<&[u8]>) -> Result<(), StoreError> {
        self.inner().trim(table, keys)
    }
}

#[derive(Debug, Clone, Copy)]
enum Step {
    Event {
        is_told: bool,
    },
    Read,
    /// What waits is written in the place of the thread, if that is possible.
    Here,
    Pass(u32),
    Fail(bool),
    /// The next flush fails.
    Lose,
}

fn kind() -> Kind {
    let retention = Retention { span: Duration::from_secs(30 * 86_400), size: 0 };
    Kind::new(&HistoryPlan { key: (*b"alarms.events").into(), retention, ty: EVENTS, with_values: true }, 7)
}

/// The numbers of all events in a store, and the number of the last one by the list.
fn read(store: &dyn Store) -> (Vec<u32>, u32) {
    let number = |key: &[u8], value: &[u8]| {
        let record = Record::read(key, value).unwrap();
        std::str::from_utf8(record.body).unwrap().parse::<f64>().unwrap() as u32
    };
    let of = |table, what: &[u8]| {
        let all = store.load(table, &[]).unwrap().into_iter();
        all.filter(|(key, _)| key.windows(what.len()).any(|part| part == what))
            .map(|(key, value)| number(&key, &value))
            .collect::<Vec<_>>()
    };
    // Behind the key of the history comes the table of the records.
    (of(Table::Histories, b"alarms.events\x01\x40"), of(Table::States, b"alarms.items").first().copied().unwrap_or(0))
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        5 => any::<bool>().prop_map(|is_told| Step::Event { is_told }),
        2 => Just(Step::Read),
        2 => Just(Step::Here),
        2 => (0_u32..4_000).prop_map(Step::Pass),
        1 => any::<bool>().prop_map(Step::Fail),
        1 => Just(Step::Lose),
    ];
    prop::collection::vec(step, 1..60)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn no_end_of_the_process_separates_events_from_their_list(steps in steps()) {
        let store = Appends::default();
        let run = Run::new(Arc::new(store.clone()));
        let shared = Arc::clone(&run.keeper.writer.shared);
        let (mut number, mut now) = (0_u32, Duration::ZERO);
        let doubtful = Cell::new(false);
        let turn = |now: Duration| {
            let news = lock(&shared.queue).news.take();
            let next = run.thread().turn(&shared, news, Moment { since: now, date: Run::date(now) });
            assert_ne!(next, Next::End);
            doubtful.set(run.thread().is_doubtful);
        };
        let key = run.keeper.key(b"alarms.events");
        for step in steps {
            match step {
                Step::Event { is_told } => {
                    number += 1;
                    let value = Value::new(f64::from(number)).unwrap();
                    let events = vec![Samples { key: key.clone(), kind: kind(), items: vec![value.clone()] }];
                    let list = KeptChange { key: b"alarms.items".to_vec(), value: Some(value), rev: u64::from(number) };
                    run.keeper.put(vec![list], events, Vec::new(), is_told);
                }
                Step::Read => {
                    // What was lost is read again as soon as it is written again.
                    if doubtful.get() {
                        continue;
                    }
                    let read = shared.histories.records(&store, &key, &kind(), 0..Micros::MAX, None, 1_000).unwrap();
                    prop_assert_eq!(read.records.len(), number as usize, "also those that are not written");
                }
                Step::Here => run.thread().write_here(&shared, Moment { since: now, date: Run::date(now) }),
                Step::Pass(millis) => {
                    now += Duration::from_millis(millis.into());
                    turn(now);
                }
                Step::Fail(fails) => store.fails.store(fails, Ordering::SeqCst),
                Step::Lose => store.loses.store(true, Ordering::SeqCst),
            }
        }
        store.fails.store(false, Ordering::SeqCst);
        for _ in 0..3 {
            now += Duration::from_secs(10);
            turn(now);
        }
        // The process ends after any of the appends.
        let rest = MemoryStore::new();
        for entries in lock(&store.done).iter() {
            rest.append(entries, Level::Crash).unwrap();
            let (events, last) = read(&rest);
            prop_assert_eq!(events, (1..=last).collect::<Vec<_>>());
        }
        prop_assert_eq!(read(&rest).1, number);
    }
}

/// The flush that fails has lost samples, lines and values. All of them are written again, also those of a history that has
/// been quiet since.
#[test]
fn fault_what_a_failed_flush_had_lost_was_missing_in_the_histories() {
    let store = Appends::default();
    let run = Run::new(Arc::new(store.clone()));
    let key = run.keeper.key(b"log.lines");
    let lines = Kind::new(
        &HistoryPlan { key: (*b"log.lines").into(), retention: Retention::default(), ty: EVENTS, with_values: false },
        7,
    );
    let count = |run: &Run| {
        run.keeper
            .writer
            .shared
            .histories
            .records(&store, &key, &lines, 0..Micros::MAX, None, 1_000)
            .unwrap()
            .records
            .len()
    };
    let second = Duration::from_secs(1);
    for round in 0..3 {
        super::state(&run.keeper, u64::from(round));
        super::measure(&run.keeper, round * 100..round * 100 + 100);
        let items = (0..10).map(|number| Value::new(f64::from(round * 10 + number)).unwrap()).collect();
        run.keeper.writer.shared.put_samples([Samples { key: key.clone(), kind: lines.clone(), items }]);
        store.loses.store(round == 1, Ordering::SeqCst);
        let shared = Arc::clone(&run.keeper.writer.shared);
        // The thread sleeps until there is something to do, and tries again a second after a failure.
        for at in 0..20 {
            let since = second * (round * 20 + at);
            let news = lock(&shared.queue).news.take();
            run.thread().turn(&shared, news, Moment { since, date: Run::date(since) });
        }
        assert!(!store.loses.load(Ordering::SeqCst), "there was a flush");
    }
    assert_eq!((super::count(&run.keeper), count(&run)), (300, 30));
    // So is what the next program finds, of what was flushed.
    let rest = MemoryStore::new();
    let flushed = store.flushed.load(Ordering::SeqCst);
    lock(&store.done)[..flushed].iter().for_each(|entries| rest.append(entries, Level::Crash).unwrap());
    let again = Run::new(Arc::new(rest.clone()));
    assert_eq!(super::count(&again.keeper), 300);
    assert_eq!(rest.load(Table::States, b"").unwrap().len(), 1);
}
