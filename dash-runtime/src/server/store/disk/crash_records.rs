//! Ends the process that writes histories of records at any moment, as `kill -9` does: lines of logs, and events of alarms
//! with the lists that they have changed.

use std::{env, io::Write as _, path::Path, thread, time::Duration};

use super::{
    super::{
        Entry, Level, Store, Table,
        histories::{Histories, Kind, Samples},
        record::Record,
    },
    DiskStore,
    crash::{Mode, WRITERS, Writing, random_millis, rounds},
    tests::Folder,
};
use crate::{
    engine::kept::HistoryPlan,
    history::{HistoryType, Items, Retention},
    server::history::Micros,
    value::Value,
};

const BEGIN: Micros = 1_732_000_000_000_000;

/// The histories from this number on are of alarms.
const ALARMS: u64 = 2;

/// Items are numbers. Three of them have the same time.
const NUMBERED: HistoryType =
    HistoryType(Items::Records { time: |item| item.get::<f64>().map(|number| BEGIN + *number as Micros / 3) });

fn kind(history: u64) -> Kind {
    let retention = Retention { span: Duration::ZERO, size: 64 * 1024 };
    let with_values = history >= ALARMS;
    Kind::new(&HistoryPlan { key: (*b"").into(), retention, ty: NUMBERED, with_values }, 1)
}

fn key(history: u64) -> Vec<u8> {
    format!("\u{1}history {history}").into_bytes()
}

/// The numbers in a history, the oldest first.
fn numbers(histories: &Histories, store: &DiskStore, history: u64) -> Vec<u64> {
    let (mut found, mut before) = (Vec::new(), None);
    loop {
        let page = histories.records(store, &key(history), &kind(history), 0..Micros::MAX, before, 500).unwrap();
        assert_eq!(page.told, Vec::<String>::new(), "a record is torn");
        found.extend(page.records.iter().rev().map(|(_, json)| json.parse::<f64>().unwrap() as u64));
        before = page.next;
        if before.is_none() {
            found.reverse();
            return found;
        }
    }
}

/// The number in the list of alarms.
fn listed(store: &DiskStore, history: u64) -> Option<u64> {
    let key = key(history);
    let found = store.load(Table::States, &key).unwrap();
    found.first().map(|(_, value)| Record::read(&key, value).expect("a list is torn").rev)
}

fn write_for_ever(folder: &Path) {
    let store = DiskStore::open(folder).unwrap();
    let histories = Histories::default();
    histories.know((0..WRITERS).map(|history| (key(history), kind(history))));
    let next: Vec<u64> =
        (0..WRITERS).map(|history| numbers(&histories, &store, history).last().map_or(0, |last| last + 1)).collect();
    let say = |history: u64, number: u64| writeln!(std::io::stdout(), "\nack {history} {number}").unwrap();
    for round in 0.. {
        let since = Duration::from_secs(round);
        let now = BEGIN + since.as_micros() as Micros;
        for (history, next) in (0..).zip(&next) {
            let number = next + round;
            let items = vec![Value::new(number as f64).unwrap()];
            let samples = Samples { key: key(history), kind: kind(history), items };
            if history < ALARMS {
                histories.put([samples]);
                continue;
            }
            let take = || {
                histories.put([samples]);
                ((), histories.unwritten_events())
            };
            let ((), events) = histories.take_events(&store, since, now, take);
            let key = key(history);
            let value = Record { epoch: 1, rev: number, time: 0, body: b"[]" }.to_bytes(&key);
            let list = Entry { table: Table::States, key, value: Some(value) };
            let entries: Vec<Entry> = events.entries().chain([list]).collect();
            store.append(&entries, Level::Crash).unwrap();
            events.written(&histories);
            say(history, number);
        }
        histories.write(&store, since, now).unwrap();
        (0..).zip(&next).take(ALARMS as usize).for_each(|(history, next)| say(history, next + round));
    }
}

/// Not a test by itself: the process that is ended.
#[test]
fn the_writer() {
    if let Ok(folder) = env::var("DASH_STORE_WRITER") {
        write_for_ever(Path::new(&folder));
    }
}

#[test]
fn after_kill_9_records_have_no_hole_and_no_double_and_events_are_there_with_their_lists() {
    let folder = Folder::fast();
    let mut total = 0;
    for round in 0..rounds(5) {
        let mode = Mode::Each(Level::Crash);
        let mut writing = Writing::start_test("crash_records::the_writer", &folder.path(), mode, false);
        writing.until(0);
        let wait = random_millis(100);
        thread::sleep(Duration::from_millis(wait));
        let acked = writing.kill();
        let store = DiskStore::open(folder.path()).unwrap();
        let histories = Histories::default();
        for (history, acked) in acked {
            let found = numbers(&histories, &store, history);
            let told = format!("round {round}, killed after {wait} ms: history {history}, {acked} accepted");
            assert!(found.windows(2).all(|pair| pair[0] + 1 == pair[1]), "{told}: {found:?}");
            let last = found.last().copied();
            assert!(last == Some(acked) || last == Some(acked + 1), "{told}, {last:?} is there");
            if history >= ALARMS {
                assert_eq!(listed(&store, history), last, "{told}: the list and its events differ");
            }
            total += found.len();
        }
    }
    println!("{total} records were read");
    assert!(total > 0);
}
