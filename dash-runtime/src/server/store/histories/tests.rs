//! What is removed of histories, and when.

use std::{ops::Range, time::Duration};

use super::{Histories, Kind, Samples};
use crate::{
    history::{HistoryType, Items, Point, Retention},
    server::{
        history::{Micros, Shown},
        store::{MemoryStore, Order, Store, Table},
    },
    value::Value,
};

const SECOND: Micros = 1_000_000;
const HOUR: u64 = 3600;
const DAY: u64 = 24 * HOUR;

/// When the first run begins, in seconds since the Unix epoch.
const BEGIN: u64 = 1_700_000_000;

/// Items are numbers, each at the time of its own number of seconds.
const NUMBERS: HistoryType = HistoryType(Items::Numbers {
    read: |item| {
        let number = *item.get::<f64>()?;
        Some(Point { time: (number * 1e6) as Micros, values: vec![Some(number)] })
    },
    make: |point| Value::new(point.values.first().copied()??).ok(),
});

/// Beds that each have a history of ten days.
pub(super) fn beds() -> Kind {
    let retention = Retention { span: Duration::from_secs(10 * DAY), size: 0 };
    Kind { retention, ty: NUMBERS, epoch: 1, with_values: false }
}

/// One run of a program. Its times are in seconds since [`BEGIN`].
struct Run<'a> {
    store: &'a MemoryStore,
    histories: Histories,
    began: u64,
    /// How much the clock of the system is ahead, in seconds.
    ahead: u64,
}

impl<'a> Run<'a> {
    fn start(store: &'a MemoryStore, began: u64) -> Self {
        let histories = Histories::default();
        histories.know([(b"\x01beds.water".to_vec(), beds())]);
        Self { store, histories, began, ahead: 0 }
    }

    fn open(&self, key: &[u8]) {
        self.histories.last(self.store, key, &beds(), 1).unwrap();
    }

    /// Puts one sample for each minute.
    fn measure(&self, key: &[u8], seconds: Range<u64>) {
        let items = seconds.step_by(60).map(|second| Value::new((BEGIN + second) as f64).unwrap()).collect();
        self.histories.put([Samples { key: key.to_vec(), kind: beds(), items }]);
    }

    /// The thread writes once in five minutes.
    fn pass(&self, seconds: Range<u64>) {
        for second in seconds.step_by(300) {
            let date = (BEGIN + second + self.ahead) as Micros * SECOND;
            self.histories.write(self.store, Duration::from_secs(second - self.began), date).unwrap();
        }
    }

    /// The times of the samples that are left, in seconds.
    fn samples(&self, key: &[u8]) -> Vec<u64> {
        let read = self.histories.read(self.store, key, &beds(), 0..i64::MAX, 1_000_000).unwrap();
        let Shown::Samples(samples) = read.shown else { panic!("these are cells") };
        samples.iter().map(|sample| (sample.time / SECOND) as u64 - BEGIN).collect()
    }

    fn oldest(&self, key: &[u8]) -> Option<u64> {
        self.samples(key).first().copied()
    }

    fn is_open(&self, key: &[u8]) -> bool {
        super::lock(&self.histories.open).contains_key(key)
    }
}

/// The number of keys of all histories.
fn keys(store: &MemoryStore) -> usize {
    let mut count = 0;
    store
        .range(Table::Histories, b"".as_slice()..&[0xFF], Order::Ascending, &mut |_, _| {
            count += 1;
            std::ops::ControlFlow::Continue(())
        })
        .unwrap();
    count
}

const ROSE: &[u8] = b"\x01beds.water\0\"rose\"";
const THYME: &[u8] = b"\x01beds.water\0\"thyme\"";

#[test]
fn fault_the_history_of_a_removed_row_stayed_on_the_disk_for_ever_after_a_restart() {
    let store = MemoryStore::new();
    let first = Run::start(&store, 0);
    first.open(ROSE);
    first.measure(ROSE, 0..DAY);
    first.pass(DAY..DAY + 2 * HOUR);
    assert!(keys(&store) > 3);
    // The row is not there when the program starts again, so nobody opens its history.
    let second = Run::start(&store, 2 * DAY);
    second.open(THYME);
    second.measure(THYME, 2 * DAY..3 * DAY);
    second.pass(2 * DAY..3 * DAY);
    assert!(!second.is_open(ROSE));
    assert_eq!(second.oldest(ROSE), Some(0), "it is not too old yet");
    second.pass(3 * DAY..12 * DAY);
    assert!(second.oldest(ROSE).is_none_or(|oldest| oldest >= DAY + HOUR));
    let before = keys(&store);
    second.pass(12 * DAY..20 * DAY);
    assert_eq!(second.samples(ROSE), Vec::<u64>::new());
    assert!(keys(&store) <= before);
    let third = Run::start(&store, 40 * DAY);
    third.open(b"\x01beds.water\0\"sage\"");
    third.pass(40 * DAY..80 * DAY);
    assert_eq!(keys(&store), 0, "an empty history leaves nothing behind");
}

#[test]
fn fault_a_clock_that_was_wrong_for_an_hour_removed_a_whole_history() {
    let store = MemoryStore::new();
    let mut run = Run::start(&store, 0);
    run.open(ROSE);
    run.measure(ROSE, 0..DAY);
    run.pass(DAY..DAY + HOUR);
    // Somebody sets the clock to another year, and back again after an hour.
    run.ahead = 400 * DAY;
    run.pass(DAY + HOUR..DAY + 2 * HOUR);
    run.ahead = 0;
    run.pass(DAY + 2 * HOUR..DAY + 3 * HOUR);
    assert_eq!(run.samples(ROSE).len(), 24 * 60);
    // The program is started again while the clock is wrong.
    let mut again = Run::start(&store, 2 * DAY);
    again.open(ROSE);
    again.ahead = 400 * DAY;
    again.pass(2 * DAY..2 * DAY + HOUR);
    assert_eq!(again.samples(ROSE).len(), 24 * 60);
}

#[test]
fn fault_a_clock_that_was_behind_for_a_moment_kept_samples_that_are_too_old() {
    let store = MemoryStore::new();
    let first = Run::start(&store, 0);
    first.open(ROSE);
    first.measure(ROSE, 0..DAY);
    first.pass(DAY..2 * DAY);
    // A computer without a battery starts in 1970, and learns the date after some minutes.
    let second = Run::start(&store, 2 * DAY);
    second.open(ROSE);
    second.histories.write(&store, Duration::ZERO, SECOND).unwrap();
    second.pass(2 * DAY + 600..16 * DAY);
    assert_eq!(second.oldest(ROSE), None);
    // The run after it knows the date too.
    second.measure(THYME, 16 * DAY..16 * DAY + HOUR);
    second.pass(16 * DAY + HOUR..17 * DAY);
    let third = Run::start(&store, 17 * DAY);
    third.histories.write(&store, Duration::ZERO, SECOND).unwrap();
    third.pass(17 * DAY + 300..32 * DAY);
    assert_eq!(third.oldest(THYME), None);
}

#[test]
fn fault_a_clock_that_was_ahead_removed_the_histories_of_all_earlier_rows() {
    let store = MemoryStore::new();
    let first = Run::start(&store, 0);
    first.open(ROSE);
    first.measure(ROSE, 0..DAY);
    first.pass(DAY..DAY + HOUR);
    // All rows of this run are new, and its clock is wrong from the start.
    let mut second = Run::start(&store, 2 * DAY);
    second.ahead = 400 * DAY;
    second.open(THYME);
    second.measure(THYME, 2 * DAY..2 * DAY + HOUR);
    second.pass(2 * DAY..2 * DAY + HOUR);
    assert_eq!(second.samples(ROSE).len(), 24 * 60);
}

#[test]
fn a_history_is_bounded_by_its_age_also_after_a_long_pause() {
    let store = MemoryStore::new();
    let first = Run::start(&store, 0);
    first.open(ROSE);
    first.measure(ROSE, 0..DAY);
    first.pass(DAY..DAY + HOUR);
    let second = Run::start(&store, 100 * DAY);
    second.open(ROSE);
    second.pass(100 * DAY..104 * DAY);
    assert_eq!(second.oldest(ROSE), Some(0));
    second.pass(104 * DAY..107 * DAY);
    assert_eq!(second.oldest(ROSE), None, "the clock runs twice as fast until it has caught up");
}

#[test]
fn a_history_that_nobody_uses_is_closed_and_has_its_samples_when_it_is_read_again() {
    let store = MemoryStore::new();
    let run = Run::start(&store, 0);
    for key in [ROSE, THYME] {
        run.open(key);
        run.measure(key, 0..HOUR);
    }
    run.pass(0..HOUR);
    assert!(run.is_open(ROSE) && run.is_open(THYME));
    for hour in 1..5 {
        run.measure(THYME, hour * HOUR..(hour + 1) * HOUR);
        run.pass(hour * HOUR..(hour + 1) * HOUR);
    }
    assert!(!run.is_open(ROSE) && run.is_open(THYME));
    assert_eq!(run.samples(ROSE).len(), 60);
    run.measure(ROSE, HOUR..HOUR + 60);
    assert_eq!(run.samples(ROSE).len(), 61);
    assert_eq!(run.samples(THYME).len(), 300);
}

#[test]
fn the_round_leaves_what_no_dashboard_has_any_more() {
    let store = MemoryStore::new();
    let run = Run::start(&store, 0);
    let other = b"\x01beds.waters".as_slice();
    run.open(other);
    run.measure(other, 0..HOUR);
    run.pass(0..3 * HOUR);
    let later = Run::start(&store, DAY);
    later.pass(DAY..30 * DAY);
    assert_eq!(later.samples(other).len(), 60);
}

/// Items are numbers of seconds that are kept as they are, for ten days.
pub(super) fn lines() -> Kind {
    let time = |item: &Value| item.get::<f64>().map(|seconds| (seconds * 1e6) as Micros);
    Kind { ty: HistoryType(Items::Records { time }), ..beds() }
}

const LOG: &[u8] = b"\x01log.lines";

/// A run with a log, with the records that are left, in seconds.
fn log_of(run: &Run<'_>) -> Vec<u64> {
    let page = run.histories.records(run.store, LOG, &lines(), 0..i64::MAX, None, 1_000_000).unwrap();
    page.records.iter().map(|(time, _)| (time / SECOND) as u64 - BEGIN).collect()
}

fn log_lines(run: &Run<'_>, seconds: Range<u64>) {
    let items = seconds.step_by(60).map(|second| Value::new((BEGIN + second) as f64).unwrap()).collect();
    run.histories.put([Samples { key: LOG.to_vec(), kind: lines(), items }]);
}

#[test]
fn records_are_read_at_once_and_are_there_after_a_restart() {
    let store = MemoryStore::new();
    let first = Run::start(&store, 0);
    log_lines(&first, 0..HOUR);
    assert_eq!(log_of(&first).len(), 60, "also before they are written");
    first.pass(HOUR..HOUR + 300);
    let second = Run::start(&store, DAY);
    log_lines(&second, DAY..DAY + 120);
    let wanted: Vec<u64> = (0..HOUR).step_by(60).chain([DAY, DAY + 60]).collect();
    assert_eq!(log_of(&second), wanted);
}

#[test]
fn a_log_without_new_lines_is_trimmed_too() {
    let store = MemoryStore::new();
    let first = Run::start(&store, 0);
    first.histories.know([(LOG.to_vec(), lines())]);
    log_lines(&first, 0..DAY);
    first.pass(DAY..DAY + HOUR);
    // Nothing is opened and nothing comes in this run.
    let second = Run::start(&store, 2 * DAY);
    second.histories.know([(LOG.to_vec(), lines())]);
    second.pass(2 * DAY..11 * DAY);
    assert!(log_of(&second).first().is_none_or(|oldest| *oldest >= DAY / 4), "the first quarter of the day is too old");
    second.pass(11 * DAY..16 * DAY);
    assert_eq!(log_of(&second), Vec::<u64>::new());
}

#[test]
fn many_long_records_are_dropped_before_they_fill_the_memory() {
    let histories = Histories::default();
    let text = "x".repeat(1_000_000);
    for _ in 0..50 {
        let items = vec![Value::new(text.clone()).unwrap()];
        histories.put([Samples { key: LOG.to_vec(), kind: lines(), items }]);
    }
    let bytes = super::lock(&histories.queue).bytes();
    assert!((11_000_000..14_000_000).contains(&bytes), "{bytes} bytes wait");
}
