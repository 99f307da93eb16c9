//! Nobody waits for what takes time in a history.

use std::{
    ops::Range,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    thread::{self, ThreadId},
    time::Duration,
};

use super::{
    Histories, Kind, Samples, lock,
    tests::{beds, lines},
};
use crate::{
    server::{
        history::{Micros, Shown},
        store::{Entry, Level, MemoryStore, Order, Store, StoreError, Table, Visit},
    },
    value::Value,
};

const SECOND: Micros = 1_000_000;
const DAY: u64 = 86_400;
const BEGIN: u64 = 1_700_000_000;
const KEY: &[u8] = b"\x01beds.water\0\"rose\"";
const OTHER: &[u8] = b"\x01beds.water\0\"thyme\"";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum On {
    /// Any search.
    Range,
    /// One for records of the history [`KEY`].
    Records,
    Append,
}

/// Where a thread stands still, once, in the middle of its work.
#[derive(Debug)]
struct Stop {
    thread: ThreadId,
    on: On,
    reached: mpsc::Sender<()>,
    go_on: mpsc::Receiver<()>,
}

#[derive(Debug, Default)]
struct Stopping {
    store: MemoryStore,
    stop: Mutex<Option<Stop>>,
    /// How often it was read.
    reads: AtomicUsize,
}

impl Stopping {
    fn pass(&self, on: On) {
        let stop = lock(&self.stop).take_if(|stop| stop.thread == thread::current().id() && stop.on == on);
        if let Some(stop) = stop {
            stop.reached.send(()).unwrap();
            stop.go_on.recv().unwrap();
        }
    }
}

impl Store for Stopping {
    fn append(&self, entries: &[Entry], level: Level) -> Result<(), StoreError> {
        self.pass(On::Append);
        self.store.append(entries, level)
    }

    fn range(&self, table: Table, keys: Range<&[u8]>, order: Order, visit: &mut Visit<'_>) -> Result<(), StoreError> {
        self.reads.fetch_add(1, Ordering::SeqCst);
        self.pass(On::Range);
        if keys.start.starts_with(KEY) && keys.start[KEY.len()..].starts_with(&[1, 0x40]) {
            self.pass(On::Records);
        }
        self.store.range(table, keys, order, visit)
    }

    fn trim(&self, table: Table, keys: Range<&[u8]>) -> Result<(), StoreError> {
        self.store.trim(table, keys)
    }
}

/// Runs `slow` until it stands still, and then `quick`, which must end meanwhile.
fn beside(store: &Stopping, on: On, slow: impl FnOnce() + Send, quick: impl FnOnce() + Send) {
    thread::scope(|scope| {
        let (reached, is_reached) = mpsc::channel();
        let (let_go_on, go_on) = mpsc::channel();
        let slow = scope.spawn(move || {
            *lock(&store.stop) = Some(Stop { thread: thread::current().id(), on, reached, go_on });
            slow();
        });
        is_reached.recv_timeout(Duration::from_secs(60)).expect("it stands still nowhere");
        let (done, is_done) = mpsc::channel();
        let quick = scope.spawn(move || {
            quick();
            done.send(()).unwrap();
        });
        let has_ended = is_done.recv_timeout(Duration::from_secs(20)).is_ok();
        assert!(!slow.is_finished());
        let_go_on.send(()).unwrap();
        slow.join().unwrap();
        quick.join().unwrap();
        assert!(has_ended, "it has waited");
    });
}

fn put(histories: &Histories, kind: &Kind, seconds: Range<u64>) {
    let items = seconds.step_by(60).map(|second| Value::new((BEGIN + second) as f64).unwrap()).collect();
    histories.put([Samples { key: KEY.to_vec(), kind: kind.clone(), items }]);
}

fn write(histories: &Histories, store: &dyn Store, second: u64) {
    histories.write(store, Duration::from_secs(second), (BEGIN + second) as Micros * SECOND).unwrap();
}

fn count(histories: &Histories, store: &dyn Store) -> usize {
    let read = histories.read(store, KEY, &beds(), 0..i64::MAX, 1_000_000).unwrap();
    let Shown::Samples(samples) = read.shown else { panic!("these are cells") };
    samples.len()
}

fn read_other(histories: &Histories, store: &dyn Store) {
    let read = histories.read(store, OTHER, &beds(), 0..i64::MAX, 100).unwrap();
    assert_eq!(read.shown, Shown::Samples(Vec::new()));
}

fn count_lines(histories: &Histories, store: &dyn Store) -> usize {
    histories.records(store, KEY, &lines(), 0..i64::MAX, None, 1000).unwrap().records.len()
}

/// What the thread does before it writes values.
fn take_values(histories: &Histories, store: &dyn Store) {
    let take = || ((), histories.unwritten_events());
    let ((), events) = histories.take_events(store, Duration::from_secs(700), (BEGIN + 700) as Micros * SECOND, take);
    assert!(events.is_empty());
}

fn started(store: &dyn Store) -> Histories {
    started_with(store, beds())
}

fn started_with(store: &dyn Store, kind: Kind) -> Histories {
    let histories = Histories::default();
    histories.know([(b"\x01beds.water".to_vec(), kind)]);
    write(&histories, store, 0);
    histories
}

#[test]
fn fault_a_read_waited_for_a_whole_merge() {
    let store = Stopping::default();
    let histories = started(&store);
    put(&histories, &beds(), 0..6000);
    write(&histories, &store, 10);
    let merge = || write(&histories, &store, 700);
    let read = || {
        assert_eq!(count(&histories, &store), 100);
        // What comes meanwhile is read too, and is not lost.
        put(&histories, &beds(), 6000..12_000);
        assert_eq!(count(&histories, &store), 200);
    };
    beside(&store, On::Range, merge, read);
    assert_eq!(count(&histories, &store), 200);
    write(&histories, &store, 710);
    assert_eq!(count(&started(&store), &store), 200);
}

#[test]
fn fault_a_read_waited_for_the_other_reads_and_so_did_a_write() {
    let store = Stopping::default();
    let histories = started(&store);
    put(&histories, &beds(), 0..6000);
    write(&histories, &store, 10);
    let read = || assert_eq!(count(&histories, &store), 100);
    let others = || {
        read();
        write(&histories, &store, 700);
        read();
    };
    beside(&store, On::Range, read, others);
}

#[test]
fn fault_a_read_of_records_waited_for_the_other_reads() {
    let store = Stopping::default();
    let histories = started(&store);
    put(&histories, &lines(), 0..6000);
    write(&histories, &store, 10);
    put(&histories, &lines(), 6000..12_000);
    let read = || {
        assert_eq!(count_lines(&histories, &store), 200);
    };
    let others = || {
        read();
        write(&histories, &store, 700);
        read();
    };
    beside(&store, On::Range, read, others);
}

#[test]
fn fault_all_reads_waited_while_old_samples_of_another_history_were_removed() {
    let store = Stopping::default();
    let first = started(&store);
    put(&first, &beds(), 0..DAY);
    write(&first, &store, DAY);
    write(&first, &store, DAY + 700);
    // Nobody opens it in the second run.
    let second = started(&store);
    let trim = || (DAY..40 * DAY).step_by(3600).for_each(|at| write(&second, &store, at));
    let read = || {
        read_other(&second, &store);
        assert!(count(&second, &store) > 0, "also the one that is cut");
    };
    beside(&store, On::Append, trim, read);
    assert_eq!(count(&started(&store), &store), 0);
}

#[test]
fn fault_a_read_and_values_waited_for_the_opening_of_another_history() {
    let store = Stopping::default();
    let first = started(&store);
    put(&first, &beds(), 0..6000);
    write(&first, &store, 10);
    let second = started(&store);
    read_other(&second, &store);
    let open = || assert_eq!(count(&second, &store), 100);
    let others = || {
        read_other(&second, &store);
        take_values(&second, &store);
        second.flushed();
    };
    beside(&store, On::Range, open, others);
}

#[test]
fn fault_values_were_written_after_the_histories_of_all_that_waited_were_opened_and_searched() {
    let store = Stopping::default();
    let histories = started(&store);
    put(&histories, &lines(), 0..6000);
    write(&histories, &store, 10);
    let histories = started(&store);
    put(&histories, &lines(), 0..6000);
    let before = store.reads.load(Ordering::SeqCst);
    take_values(&histories, &store);
    assert_eq!(store.reads.load(Ordering::SeqCst) - before, 0, "it has read the history of a log");
    assert_eq!(count_lines(&histories, &store), 200);
}

#[test]
fn fault_values_and_other_reads_waited_for_the_search_for_the_places_of_late_records() {
    let store = Stopping::default();
    let histories = started(&store);
    put(&histories, &lines(), 6000..12_000);
    write(&histories, &store, 10);
    histories.flushed();
    read_other(&histories, &store);
    // Of each minute there is one already.
    put(&histories, &lines(), 6000..12_000);
    let search = || assert_eq!(count_lines(&histories, &store), 200);
    let others = || {
        read_other(&histories, &store);
        take_values(&histories, &store);
        histories.flushed();
    };
    beside(&store, On::Records, search, others);
    assert_eq!(count_lines(&histories, &store), 200);
}

/// A place that was found is taken by nobody else meanwhile.
#[test]
fn what_is_written_and_flushed_during_the_search_for_late_records_keeps_its_place() {
    let store = Stopping::default();
    let histories = started(&store);
    put(&histories, &lines(), 0..12_000);
    write(&histories, &store, 10);
    histories.flushed();
    // In memory, and then late ones with the same times.
    put(&histories, &lines(), 0..6000);
    assert_eq!(count_lines(&histories, &store), 300);
    put(&histories, &lines(), 0..6000);
    let search = || assert_eq!(count_lines(&histories, &store), 400);
    let flush = || {
        write(&histories, &store, 20);
        histories.flushed();
    };
    beside(&store, On::Records, search, flush);
    write(&histories, &store, 30);
    histories.flushed();
    assert_eq!(count_lines(&started(&store), &store), 400);
}

#[test]
fn fault_a_read_of_a_log_waited_for_the_removal_of_its_oldest_lines() {
    let store = Stopping::default();
    let histories = started_with(&store, lines());
    put(&histories, &lines(), 0..6000);
    write(&histories, &store, 10);
    // It is open, so the first search is the one for the lines that are too old.
    let trim = || write(&histories, &store, 40 * DAY);
    let others = || {
        assert_eq!(count_lines(&histories, &store), 100);
        take_values(&histories, &store);
    };
    beside(&store, On::Records, trim, others);
    assert_eq!(count_lines(&histories, &store), 0);
}
