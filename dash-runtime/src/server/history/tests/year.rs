//! The figures of large histories. They take minutes, so they run only if they are asked for:
//! `cargo test --release --features store --lib history::tests::year -- --ignored --nocapture --test-threads 1`.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use super::{
    super::{History, Micros, Point, Retention, Shown, Values},
    Folder, KEY, SECOND,
};
use crate::server::store::{DiskStore, Level, Store};

const YEAR: i64 = 365 * 86_400;
const BEGIN: Micros = 1_732_000_000 * SECOND;

/// Numbers that are the same in each run.
pub(in crate::server) struct Random(pub(in crate::server) u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// From 0 to 1.
    pub(in crate::server) fn part(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }
}

fn size(path: &Path) -> u64 {
    let metadata = fs::metadata(path).unwrap();
    if !metadata.is_dir() {
        return metadata.len();
    }
    fs::read_dir(path).unwrap().map(|entry| size(&entry.unwrap().path())).sum()
}

/// The bytes that this process has given to the disk.
pub(in crate::server) fn process_writes() -> u64 {
    let text = fs::read_to_string("/proc/self/io").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("write_bytes: "));
    line.and_then(|bytes| bytes.parse().ok()).unwrap_or(0)
}

fn open(store: &DiskStore) -> History {
    History::open(store, KEY.to_vec(), Retention::default(), 1).unwrap().0
}

fn write(history: &mut History, store: &DiskStore, now: Micros, level: Level) {
    let entries = history.entries(store, now).unwrap();
    store.append(&entries, level).unwrap();
    history.written();
}

/// The shortest of some runs, because other programs use the machine too. The first run has a cold cache.
fn timed<T>(what: &str, most: u64, run: impl Fn() -> T) -> T {
    let mut times = Vec::new();
    let mut last = None;
    for _ in 0..5 {
        let begun = Instant::now();
        last = Some(run());
        times.push(begun.elapsed());
    }
    let best = times.iter().min().unwrap();
    println!("{what}: {best:.1?}, the first time {:.1?}", times[0]);
    assert!(*best < Duration::from_millis(most), "{what} takes {best:?}");
    last.unwrap()
}

#[test]
#[ignore = "takes minutes"]
fn a_year_of_one_sample_a_second() {
    let folder = Folder::new();
    let store = folder.open();
    let mut history = open(&store);
    let (mut random, mut value) = (Random(7), 20.0);
    let begun = Instant::now();
    for second in 0..YEAR {
        value += random.part() - 0.5 + (20.0 - value) / 1000.0;
        let rounded = (value * 100.0_f64).round() / 100.0;
        history.append([Point { time: BEGIN + second * SECOND, values: vec![Some(rounded)] }]);
        if second % 600 == 599 {
            write(&mut history, &store, BEGIN + second * SECOND, Level::Crash);
        }
    }
    let end = BEGIN + YEAR * SECOND;
    write(&mut history, &store, end, Level::Power);
    println!("{YEAR} samples are written in {:.1?}", begun.elapsed());
    let bytes = history.bytes.unwrap();
    drop(store);
    let store = folder.open();
    let disk = size(&folder.0);
    println!(
        "{bytes} bytes of blocks ({:.2} a sample), {disk} bytes on disk with the journal",
        bytes as f64 / YEAR as f64
    );
    let history = timed("open", 300, || open(&store));
    for (what, seconds) in [("year", YEAR), ("month", 30 * 86_400), ("day", 86_400), ("hour", 3600), ("minute", 60)] {
        for (place, to) in [("at the end", end), ("in the middle", BEGIN + (YEAR / 2 + seconds / 2) * SECOND)] {
            let read = timed(&format!("a {what} {place}"), 100, || {
                history.read(&store, to - seconds * SECOND, to, 1000).unwrap()
            });
            assert!(read.told.is_empty());
            let (shown, count) = match read.shown {
                Shown::Samples(samples) => (samples.len(), samples.len() as u64),
                Shown::Cells { cells, .. } => (cells.len(), cells.iter().map(|cell| cell.count).sum()),
            };
            println!("  {shown} points of {count} samples");
            assert!(shown <= 1000 && shown >= 60.min(seconds as usize) && count >= seconds as u64 - 1);
        }
    }
    let (last, _) = timed("the last 2000 samples", 100, || history.last(&store, end, 2000).unwrap());
    assert_eq!(last.len(), 2000);
    timed("extent", 100, || history.extent(&store).unwrap());
}

/// Writes so many days of samples at 10 Hz that end at `end` into histories with these keys, in the order in which a program
/// would have written them, but without the parts.
pub(in crate::server) fn fill(store: &DiskStore, keys: &[Vec<u8>], retention: Retention, (end, days): (Micros, i64)) {
    if days == 0 {
        return;
    }
    // So many samples are merged at once.
    const EACH: i64 = 4_700;
    let (begun, mut random) = (Instant::now(), Random(3));
    let mut histories: Vec<History> =
        keys.iter().map(|key| History::open(store, key.clone(), retention, 7).unwrap().0).collect();
    let mut values = vec![20.0_f64; keys.len()];
    let tenth = SECOND / 10;
    let begin = end - days * 86_400 * SECOND;
    for time in (begin..end).step_by((EACH * tenth) as usize) {
        for (history, value) in histories.iter_mut().zip(&mut values) {
            for at in (time..end.min(time + EACH * tenth)).step_by(tenth as usize) {
                *value += random.part() - 0.5;
                let time = at + (random.part() * 2000.0) as i64;
                history.append([Point { time, values: vec![Some((*value * 100.0).round() / 100.0)] }]);
            }
            write(history, store, time + EACH * tenth, Level::Crash);
        }
    }
    for history in &mut histories {
        // What is left is merged later.
        write(history, store, end, Level::Power);
    }
    let bytes: u64 = histories.iter().map(|history| history.bytes.unwrap_or(0)).sum();
    println!("{days} days: {:.2} GB of blocks, in {:.0?}", bytes as f64 / 1e9, begun.elapsed());
}

/// The time that this thread has had a processor, in steps of some milliseconds. It has nothing of other programs.
fn of_processor() -> Duration {
    let text = fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    Duration::from_nanos(text.split_whitespace().next().unwrap().parse().unwrap())
}

/// Months of rare samples, and then a day of merges as a program does them, each with few samples.
#[test]
#[ignore = "takes minutes"]
fn the_merges_of_rare_samples() {
    const DAYS: i64 = 90;
    for every in [10, 60, 600, 3600] {
        let folder = Folder::new();
        let store = folder.open();
        let mut history = open(&store);
        let mut random = Random(5);
        let mut take = |history: &mut History, times: std::ops::Range<i64>| {
            let times = times.filter(|second| second % every == 0);
            history.append(times.map(|second| Point {
                time: BEGIN + second * SECOND,
                values: vec![Some((random.part() * 1000.0).round() / 10.0)],
            }));
        };
        // The first write makes a part, and the next one comes ten minutes later.
        let merge = |history: &mut History, second: i64| {
            write(history, &store, BEGIN + second * SECOND, Level::Crash);
            let begun = Instant::now();
            write(history, &store, BEGIN + (second + 600) * SECOND, Level::Crash);
            begun.elapsed()
        };
        for day in 0..DAYS {
            take(&mut history, day * 86_400..(day + 1) * 86_400);
            merge(&mut history, (day + 1) * 86_400);
        }
        let before = of_processor();
        let mut times: Vec<Duration> = (0..6 * 24)
            .filter_map(|number| {
                let begin = DAYS * 86_400 + number * 600;
                take(&mut history, begin..begin + 600);
                (!history.head.is_empty()).then(|| merge(&mut history, begin + 600))
            })
            .collect();
        let mean = (of_processor() - before) / u32::try_from(times.len()).unwrap();
        times.sort();
        let (median, most) = (times[times.len() / 2], times[times.len() - 1]);
        println!(
            "one sample in {every} s: a merge takes {median:.2?}, {most:.1?} at most, and {mean:.2?} of a processor"
        );
        assert!(mean < Duration::from_millis(10), "{mean:?}");
    }
}

#[test]
#[ignore = "takes minutes"]
fn a_start_with_thirty_days_of_twenty_series() {
    let folder = Folder::new();
    let key = |number: u8| vec![b'h', number];
    let open = |store: &DiskStore, number| History::open(store, key(number), Retention::default(), 1).unwrap().0;
    let end = BEGIN + 30 * 86_400 * SECOND;
    {
        let store = folder.open();
        let mut random = Random(5);
        for number in 0..20 {
            let mut history = open(&store, number);
            for at in (BEGIN..end).step_by(30 * SECOND as usize) {
                history.append([Point { time: at, values: vec![Some((random.part() * 1000.0).round() / 10.0)] }]);
                if (at - BEGIN) % (3 * 3600 * SECOND) == 0 {
                    write(&mut history, &store, at, Level::Crash);
                }
            }
            write(&mut history, &store, end, Level::Power);
        }
    }
    timed("a start: the store, and the newest 2000 samples of each history", 300, || {
        let store = folder.open();
        for number in 0..20 {
            assert_eq!(open(&store, number).last(&store, end, 2000).unwrap().0.len(), 2000);
        }
    });
}

/// Twenty histories of one series at 10 Hz, with the real rhythm, where `places` is the number of decimal places.
fn a_day(places: Option<i32>, hours: i64) {
    let folder = Folder::new();
    let store = folder.open();
    let retention = Retention { span: Duration::from_secs(30 * 86_400), size: 0 };
    let mut histories: Vec<History> =
        (0..20).map(|number| History::open(&store, vec![b'h', number], retention, 1).unwrap().0).collect();
    let (mut random, mut values) = (Random(9), [20.0_f64; 20]);
    let (before, begun) = (process_writes(), Instant::now());
    let (mut given, mut merges, mut yesterday) = (0, 0, before);
    for second in (0..hours * 3600).step_by(5) {
        let now = BEGIN + second * SECOND;
        let mut batch = Vec::new();
        for (history, value) in histories.iter_mut().zip(&mut values) {
            for tenth in 0..50 {
                *value += random.part() - 0.5;
                let scale = places.map(|places| 10_f64.powi(places));
                let shown = scale.map_or(*value, |scale| (*value * scale).round() / scale);
                // Times of a real timer.
                let time = now + tenth * SECOND / 10 + (random.part() * 2000.0) as i64;
                history.append([Point { time, values: vec![Some(shown)] }]);
            }
            let entries = history.entries(&store, now).unwrap();
            merges += u64::from(entries.len() > 1);
            batch.extend(entries);
        }
        given +=
            batch.iter().map(|entry| (entry.key.len() + entry.value.as_ref().map_or(0, Vec::len)) as u64).sum::<u64>();
        store.append(&batch, Level::Power).unwrap();
        histories.iter_mut().for_each(History::written);
        if second % 86_400 == 86_395 {
            // The more there is, the more is sorted again.
            let today = process_writes();
            println!("day {}: {:.3} GB written", second / 86_400 + 1, (today - yesterday) as f64 / 1e9);
            yesterday = today;
        }
    }
    let samples = 20 * 10 * 3600 * hours;
    let blocks: u64 = histories.iter().map(|history| history.bytes.unwrap()).sum();
    let to_day = |bytes: u64| bytes as f64 * 24.0 / hours as f64 / 1e9;
    let written = process_writes() - before;
    println!(
        "{hours} h of 20 series at 10 Hz with {places:?} places: {merges} merges, {:.2} bytes a sample in blocks, \
         {:.3} GB a day given to the store, {:.3} GB a day written by the process, {:.3} GB for 30 days, {:.1?}",
        blocks as f64 / samples as f64,
        to_day(given),
        to_day(written),
        to_day(blocks) * 30.0,
        begun.elapsed(),
    );
    assert!(to_day(written) < 2.0, "{} GB a day", to_day(written));
}

/// `DASH_HOURS` sets it for a longer run.
pub(in crate::server) fn hours(few: i64) -> i64 {
    std::env::var("DASH_HOURS").ok().and_then(|hours| hours.parse().ok()).unwrap_or(few)
}

#[test]
#[ignore = "takes minutes"]
fn a_day_of_twenty_series_at_10_hz() {
    a_day(Some(2), hours(24));
}

/// The worst values: each bit of them is noise.
#[test]
#[ignore = "takes minutes"]
fn hours_of_twenty_series_of_noise_at_10_hz() {
    a_day(None, hours(12));
}

/// Many samples between two pixels, for some hours of each rate.
#[test]
#[ignore = "takes minutes"]
fn hours_of_fast_streams() {
    for (rate, series, minutes) in [(1000, 10, 20), (10, 20, 24 * 60)] {
        let folder = Folder::new();
        let store = folder.open();
        let mut history = open(&store);
        let mut random = Random(3);
        let (mut busy, begun) = (Duration::ZERO, Instant::now());
        for second in 0..minutes * 60 {
            let points: Vec<Point> = (0..rate)
                .map(|at| {
                    let values: Values = (0..series).map(|_| Some((random.part() * 1000.0).round() / 10.0)).collect();
                    Point { time: BEGIN + second * SECOND + at * SECOND / rate, values }
                })
                .collect();
            let begun = Instant::now();
            history.append(points);
            if second % 5 == 4 {
                write(&mut history, &store, BEGIN + second * SECOND, Level::Crash);
            }
            busy += begun.elapsed();
        }
        let end = BEGIN + minutes * 60 * SECOND;
        let core = busy.as_secs_f64() / (minutes * 60) as f64 * 100.0;
        println!("{rate} Hz × {series}: {core:.2} % of a core, {:.1?} in all", begun.elapsed());
        for seconds in [minutes * 60, minutes * 30, 600, 99, 10] {
            let read = timed(&format!("{seconds} s of {rate} Hz × {series}"), 300, || {
                history.read(&store, end - seconds * SECOND, end, 1000).unwrap()
            });
            if let Shown::Cells { cells, width } = read.shown {
                println!("  {} cells of {} ms", cells.len(), width / 1000);
                assert!(cells.len() <= 1000 && cells.len() > 450);
            }
        }
    }
}
