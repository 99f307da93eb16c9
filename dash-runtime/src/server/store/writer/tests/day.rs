//! The bytes that a day costs, with the real rhythm of the thread and a store on disk. It takes minutes, so it runs only if it
//! is asked for:
//! `cargo test --release --features store --lib writer::tests::day -- --ignored --nocapture --test-threads 1`.
//!
//! `DASH_DAYS` is the number of days that are in the store before, 0 unless it is set. `DASH_HOURS` sets the hours. With `DASH_REAL_MINUTES` it takes so many minutes, in which the time is the real one, as for
//! the operating system, which writes what nobody flushes after some time too.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use super::{BEGIN, Run};
use crate::{
    engine::kept::{HistoryPlan, KeptChange},
    history::{HistoryType, Items, Point, Retention},
    server::{
        history::tests::{
            Folder,
            year::{Random, fill, hours, process_writes},
        },
        store::histories::{Kind, Samples},
    },
    value::Value,
};

/// Items are times in microseconds with a number.
const POINTS: HistoryType = HistoryType(Items::Numbers {
    read: |item| {
        let (time, number) = *item.get::<(i64, f64)>()?;
        Some(Point { time, values: vec![Some(number)] })
    },
    make: |_| None,
});

/// What the twenty properties are.
#[derive(Debug, Clone, Copy, PartialEq)]
enum What {
    /// Kept values that the program changes.
    Values,
    /// Kept values of which each change is told to somebody.
    Commands,
    /// Streams with a history.
    Streams,
    ValuesAndStreams,
}

/// The commands come from so many pages.
const PAGES: usize = 5;

/// The last outcomes of a page, as the engine keeps them.
fn outcomes(page: usize, number: u32) -> KeptChange {
    let list: Vec<String> = (number..number + 32).map(|number| format!("[{},0,{}]", number * 4, number * 20)).collect();
    let key = format!("outcome of {page:016x}").into_bytes();
    let value = Some(Value::of_json(format!("[\" 127.0.0.1\",{}]", list.join(","))));
    KeptChange { key, value, rev: u64::from(number) * 20 }
}

/// Twenty properties that change ten times in a second.
fn a_day(what: What, few: i64) {
    let folder = Folder::new();
    let store = Arc::new(folder.open());
    let mut run = Run::new(store.clone());
    let mut random = Random(9);
    let mut values = [20.0_f64; 20];
    let retention = Retention { span: Duration::from_secs(30 * 86_400), size: 0 };
    let days = std::env::var("DASH_DAYS").ok().and_then(|days| days.parse().ok()).unwrap_or(0);
    let keys: Vec<_> = (0..20).map(|at| run.keeper.key(format!("h/pump_{at:02}.trend.points").as_bytes())).collect();
    fill(&store, &keys, retention, (BEGIN, days));
    let minutes = std::env::var("DASH_REAL_MINUTES").ok().and_then(|minutes| minutes.parse::<u32>().ok());
    let tenths = minutes.map_or_else(|| u32::try_from(hours(few) * 36_000).unwrap(), |minutes| minutes * 600);
    // The first flushes come earlier than those later in a day.
    let first = if minutes.is_some() { 900 } else { 0 };
    let tenth = Duration::from_millis(100);
    let (mut before, begun) = (0, Instant::now());
    for number in 0..tenths + first {
        let now = tenth * number;
        if minutes.is_some() {
            std::thread::sleep(now.saturating_sub(begun.elapsed()));
        }
        if number == first {
            before = process_writes();
            println!("begins");
        }
        for (property, value) in values.iter_mut().enumerate() {
            *value += random.part() - 0.5;
            let shown = (*value * 100.0).round() / 100.0;
            let value = Value::new(shown).unwrap();
            if what != What::Streams {
                let key = format!("s/pump_{property:02}.speed.value").into_bytes();
                run.keeper.put(
                    vec![KeptChange { key, value: Some(value), rev: u64::from(number) }],
                    Vec::new(),
                    if what == What::Commands { vec![outcomes(property % PAGES, number)] } else { Vec::new() },
                    what == What::Commands,
                );
            }
            if matches!(what, What::Streams | What::ValuesAndStreams) {
                let time = Run::date(now) + (random.part() * 2000.0) as i64;
                let items = vec![Value::new((time, shown)).unwrap()];
                let plan = HistoryPlan { key: (*b"").into(), retention, ty: POINTS, with_values: false };
                let kind = Kind::new(&plan, 7);
                let key = keys[property].clone();
                run.keeper.writer.shared.put_samples([Samples { key, kind, items }]);
            }
            if what == What::Commands {
                run.pass(now, now);
            }
        }
        run.pass(now, now + tenth);
    }
    let day = (process_writes() - before) as f64 * 864_000.0 / f64::from(tenths) / 1e9;
    println!(
        "{what:?} with {days} days in the store: {day:.2} GB a day ({:.1} h in {:.1?})",
        f64::from(tenths) / 36_000.0,
        begun.elapsed()
    );
    assert!(day < 2.0, "{day} GB a day");
}

/// The processor time of this process so far, in seconds.
fn processor() -> f64 {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap();
    // The name of the program, in parentheses, may have spaces. Times are in 1/100 s.
    let fields: Vec<&str> = text.rsplit(')').next().unwrap().split_whitespace().collect();
    let ticks = |at: usize| fields[at].parse::<f64>().unwrap();
    (ticks(11) + ticks(12)) / 100.0
}

/// What the store adds to a dashboard with a fast stream: the queue, the blocks, the cells and the files.
#[test]
#[ignore = "its figure holds on a quiet computer"]
fn a_thousand_samples_of_ten_series_in_a_second_take_less_than_a_twentieth_of_a_core() {
    const SECONDS: u32 = 120;
    const WIDE: HistoryType = HistoryType(Items::Numbers {
        read: |item| {
            let (time, numbers) = item.get::<(i64, Vec<f64>)>()?;
            Some(Point { time: *time, values: numbers.iter().copied().map(Some).collect() })
        },
        make: |_| None,
    });
    let folder = Folder::new();
    let mut run = Run::new(Arc::new(folder.open()));
    let mut random = Random(9);
    let retention = Retention { span: Duration::from_secs(30 * 86_400), size: 0 };
    let kind = Kind::new(&HistoryPlan { key: (*b"").into(), retention, ty: WIDE, with_values: false }, 7);
    let tenth = Duration::from_millis(100);
    let mut numbers = vec![20.0_f64; 10];
    let mut items = || {
        (0..100)
            .map(|at| {
                numbers.iter_mut().for_each(|number| *number += ((random.part() - 0.5) * 100.0).round() / 100.0);
                (at, numbers.clone())
            })
            .collect::<Vec<_>>()
    };
    // The samples themselves are there without a store too.
    let all: Vec<_> = (0..SECONDS * 10).map(|_| items()).collect();
    let mut used = 0.0;
    for (number, items) in (0..).zip(all) {
        let now = tenth * number;
        let of = |(at, numbers): (i64, Vec<f64>)| Value::new((Run::date(now) + at * 1000, numbers)).unwrap();
        let items = items.into_iter().map(of).collect();
        let before = processor();
        run.keeper.writer.shared.put_samples([Samples { key: b"x".to_vec(), kind: kind.clone(), items }]);
        run.pass(now, now + tenth);
        used += processor() - before;
    }
    let share = used / f64::from(SECONDS) * 100.0;
    println!("{share:.1} % of a core");
    assert!(share < 5.0, "{share} %");
}

#[test]
#[ignore = "takes minutes"]
fn a_day_of_values() {
    a_day(What::Values, 2);
}

#[test]
#[ignore = "takes minutes"]
fn a_day_of_commands() {
    a_day(What::Commands, 1);
}

#[test]
#[ignore = "takes minutes"]
fn a_day_of_streams() {
    a_day(What::Streams, 6);
}

#[test]
#[ignore = "takes minutes"]
fn a_day_of_values_and_streams() {
    a_day(What::ValuesAndStreams, 6);
}
