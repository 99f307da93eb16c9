//! Random use of a history, with each result compared with a list of samples.

use std::time::Duration;

use proptest::prelude::*;

use super::{
    super::{
        History, LATEST, Limits, Micros, Pending, Point, Retention, Samples, Values, Written, block,
        keys::{Keys, SAMPLES},
        merge::count,
        view::read,
    },
    KEY, SMALL, assert_points, assert_shows, point,
};
use crate::server::store::{Entry, Level, MemoryStore, Store, Table};

/// What a test does with a history.
#[derive(Debug, Clone)]
enum Step {
    /// Samples that go on from the newest one, after these times.
    Append(Vec<(Micros, Values)>),
    /// Samples at these times before the newest one.
    Late(Vec<(Micros, Values)>),
    /// Samples at the times of these ones.
    Again(Vec<(prop::sample::Index, Values)>),
    /// Samples far ahead.
    Far(Micros, Values),
    /// The entries are written; meanwhile samples come.
    Write(Vec<(Micros, Values)>),
    /// The entries are asked for, and the append fails.
    Fail,
    /// The process ends: before the append, or behind it.
    EndBefore,
    EndBehind,
    /// Time passes without samples.
    Wait(Micros),
    Read {
        from: f64,
        len: f64,
        points: usize,
    },
    Last {
        until: f64,
        count: usize,
    },
}

struct Subject {
    store: Box<dyn Store>,
    history: History,
    retention: Retention,
    limits: Limits,
    /// What is in the store, and what is there.
    written: Samples,
    all: Samples,
    now: Micros,
    newest: Micros,
}

impl Subject {
    fn new(store: Box<dyn Store>, retention: Retention, limits: Limits, begin: Micros) -> Self {
        let (history, told) = Self::open(&*store, retention, &limits);
        assert!(told.is_empty());
        let samples = Samples::new;
        Self { store, history, retention, limits, written: samples(), all: samples(), now: begin, newest: begin }
    }

    fn open(store: &dyn Store, retention: Retention, limits: &Limits) -> (History, Vec<String>) {
        History::open_limited(store, KEY.to_vec(), retention, 7, limits.clone()).unwrap()
    }

    fn reopen(&mut self) {
        let (history, told) = Self::open(&*self.store, self.retention, &self.limits);
        assert_eq!(told, Vec::<String>::new());
        self.history = history;
        self.all = self.written.clone();
    }

    fn append(&mut self, samples: Vec<(Micros, Values)>) {
        let points = samples.iter().map(|(time, values)| Point { time: *time, values: values.clone() });
        assert_eq!(self.history.append(points), 0);
        self.all.extend(samples);
    }

    /// The samples that come at these distances.
    fn next(&mut self, steps: Vec<(Micros, Values)>) -> Vec<(Micros, Values)> {
        let samples = steps.into_iter().map(|(step, values)| {
            self.newest += step;
            (self.newest, values)
        });
        let samples = samples.collect();
        self.now = self.now.max(self.newest);
        samples
    }

    fn entries(&mut self) -> Vec<Entry> {
        self.history.entries(&*self.store, self.now).unwrap()
    }

    /// What is in the store when these entries are.
    fn after(&self) -> Samples {
        let mut samples = self.all.clone();
        if let Some(Pending { written: Written::Merge { oldest, .. }, .. }) = &self.history.pending {
            samples.retain(|time, _| time >= oldest);
            let removed = self.all.range(..oldest).next_back();
            let is_old = removed.is_none_or(|(time, _)| *time < self.retention.floor(self.now));
            assert!(is_old || self.retention.size > 0, "a sample is removed that is not too old");
        }
        samples
    }

    fn put(&self, entries: &[Entry]) {
        self.store.append(entries, Level::Crash).unwrap();
    }

    fn write(&mut self, meanwhile: Vec<(Micros, Values)>) {
        let entries = self.entries();
        self.written = self.after();
        self.put(&entries);
        // The store has the entries, the history does not know it yet. It shows what is too old until then.
        if self.all.len() == self.written.len() {
            self.check_read(self.newest - 50_000_000, self.newest + 10, 9);
            self.check_last(LATEST, 20);
        }
        let new = self.next(meanwhile);
        self.append(new.clone());
        self.history.written();
        self.all = self.written.clone();
        self.all.extend(new);
    }

    /// The blocks of samples are in order, and the history knows how much it has.
    fn check_blocks(&self) {
        if let Some(bytes) = self.history.bytes {
            assert_eq!(bytes, count(&*self.store, &self.history.keys).unwrap());
        }
        let mut end = i64::MIN;
        for (key, value) in self.store.load(Table::Histories, &self.history.keys.prefix(SAMPLES)).unwrap() {
            let points = read(&key, &value, block::points).unwrap();
            assert!(points[0].time == Keys::time(&key) && points[0].time > end, "two blocks overlap");
            assert!(points.len() <= self.limits.samples);
            end = points[points.len() - 1].time;
        }
    }

    fn check_read(&self, from: Micros, to: Micros, points: usize) {
        let read = self.history.read(&*self.store, from, to, points).unwrap();
        assert_eq!(read.told, Vec::<String>::new());
        assert_shows(&read.shown, &self.all, from, to, points);
    }

    fn check_last(&self, until: Micros, count: usize) {
        let (last, told) = self.history.last(&*self.store, until, count).unwrap();
        assert!(told.is_empty());
        let mut wanted: Vec<Point> = self.all.range(..=until).rev().take(count).map(point).collect();
        wanted.reverse();
        assert_points(&last, &wanted);
    }

    fn step(&mut self, step: Step) {
        let span = || {
            let (first, last) = (self.all.keys().next(), self.all.keys().next_back());
            (first.copied().unwrap_or(0), last.copied().unwrap_or(0) + 1)
        };
        let at = |part: f64| {
            let (first, last) = span();
            first + ((last - first) as f64 * part) as i64
        };
        match step {
            Step::Append(steps) => {
                let samples = self.next(steps);
                self.append(samples);
            }
            Step::Late(steps) => {
                let newest = self.newest;
                self.append(steps.into_iter().map(|(before, values)| (newest - before, values)).collect());
            }
            Step::Again(samples) => {
                let times: Vec<Micros> = self.all.keys().copied().collect();
                if !times.is_empty() {
                    self.append(samples.into_iter().map(|(at, values)| (*at.get(&times), values)).collect());
                }
            }
            Step::Far(ahead, values) => {
                let time = self.now + ahead;
                self.append(vec![(time, values)]);
            }
            Step::Write(meanwhile) => self.write(meanwhile),
            Step::Fail => _ = self.entries(),
            Step::EndBefore => {
                self.entries();
                self.reopen();
            }
            Step::EndBehind => {
                let entries = self.entries();
                self.written = self.after();
                self.put(&entries);
                self.reopen();
            }
            Step::Wait(time) => self.now += time,
            Step::Read { from, len, points } => {
                let from = at(from);
                let (first, last) = span();
                self.check_read(from, from + ((last - first) as f64 * len) as i64, points);
            }
            Step::Last { until, count } => self.check_last(at(until), count),
        }
    }
}

fn values() -> impl Strategy<Value = Values> {
    let value = prop_oneof![
        8 => (-9999..9999_i32).prop_map(|value| f64::from(value) / 100.0),
        1 => any::<f64>().prop_filter("is a number", |value| value.is_finite()),
        1 => prop::sample::select(vec![0.0, -0.0, 5e-324, f64::MAX, f64::MIN]),
    ];
    prop::collection::vec(prop::option::weighted(0.8, value), 0..4)
}

fn timed(time: impl Strategy<Value = Micros>, most: usize) -> impl Strategy<Value = Vec<(Micros, Values)>> {
    prop::collection::vec((time, values()), 1..most)
}

/// Distances of samples: of fast and of slow streams, with gaps.
fn distance() -> impl Strategy<Value = Micros> {
    prop_oneof![
        20 => 1..50_000_i64,
        20 => Just(100_000),
        10 => Just(1_000_000),
        5 => 1..100_000_000_i64,
        1 => 1..20_000_000_000_i64,
        1 => 1..5_000_000_000_000_i64,
    ]
}

fn any_step() -> impl Strategy<Value = Step> {
    let late = || prop_oneof![0..10_000_000_i64, 0..10_000_000_000_i64, 0..10_000_000_000_000_i64];
    prop_oneof![
        8 => (timed(Just(0), 60), distance()).prop_map(|(mut samples, step)| {
            samples.iter_mut().for_each(|sample| sample.0 = step);
            Step::Append(samples)
        }),
        4 => timed(distance(), 20).prop_map(Step::Append),
        2 => timed(late(), 10).prop_map(Step::Late),
        1 => prop::collection::vec((any::<prop::sample::Index>(), values()), 1..5).prop_map(Step::Again),
        1 => (0..100_000_000_000_000_i64, values()).prop_map(|(ahead, values)| Step::Far(ahead, values)),
        10 => Just(Step::Write(Vec::new())),
        2 => timed(distance(), 5).prop_map(Step::Write),
        1 => Just(Step::Fail),
        1 => Just(Step::EndBefore),
        1 => Just(Step::EndBehind),
        1 => (0..20_000_000_000_i64).prop_map(Step::Wait),
        6 => (0.0..1.0, prop_oneof![0.0..1.2, 0.0..0.01], 0..50_usize).prop_map(|(from, len, points)| Step::Read { from, len, points }),
        2 => (0.0..1.0, 0..60_usize).prop_map(|(until, count)| Step::Last { until, count }),
    ]
}

fn any_retention() -> impl Strategy<Value = Retention> {
    let span = prop_oneof![Just(0), 1_000_000..100_000_000_u64, 1_000_000..5_000_000_000_000_u64];
    let size = prop_oneof![Just(0), 1..20_000_u64];
    prop_oneof![
        Just(Retention::default()),
        (span, size).prop_map(|(span, size)| Retention { span: Duration::from_micros(span), size }),
    ]
}

fn run(store: Box<dyn Store>, retention: Retention, limits: Limits, begin: Micros, steps: Vec<Step>) {
    let mut subject = Subject::new(store, retention, limits, begin);
    steps.into_iter().for_each(|step| subject.step(step));
    subject.check_blocks();
    for (from, len, points) in [(0.0, 1.0, 10), (0.0, 1.0, 100), (0.3, 0.2, 7), (0.0, 1.0, 100_000)] {
        subject.step(Step::Read { from, len, points });
    }
    subject.step(Step::Last { until: 1.0, count: 30 });
    if let Some((first, last)) = subject.history.extent(&*subject.store).unwrap() {
        let times = subject.all.keys();
        assert_eq!((Some(&first), Some(&last)), (times.clone().next(), times.clone().next_back()));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(64), max_shrink_iters: 3000, ..ProptestConfig::default() })]

    #[test]
    fn a_history_is_its_samples(
        retention in any_retention(),
        begin in prop_oneof![Just(1_764_000_000_000_000), -1_000_000_000..1_000_000_000_i64],
        steps in prop::collection::vec(any_step(), 1..80),
    ) {
        run(Box::new(MemoryStore::new()), retention, SMALL, begin, steps);
    }
}

#[cfg(feature = "store")]
proptest! {
    #![proptest_config(ProptestConfig { cases: cases(4), max_shrink_iters: 100, ..ProptestConfig::default() })]

    #[test]
    fn a_history_on_disk_is_its_samples(retention in any_retention(), steps in prop::collection::vec(any_step(), 1..80)) {
        let folder = super::Folder::new();
        run(Box::new(folder.open()), retention, SMALL, 0, steps);
    }
}

/// `PROPTEST_CASES` sets it for a longer run.
fn cases(few: u32) -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(few)
}
