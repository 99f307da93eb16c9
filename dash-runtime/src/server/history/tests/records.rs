//! Histories of records, compared with a list of all of them.

use std::{collections::BTreeMap, ops::ControlFlow, time::Duration};

use proptest::prelude::*;

use super::{
    super::{
        Micros, Page, Records, Retention,
        records::{LATEST_RECORD, Place},
    },
    KEY, SECOND,
};
use crate::{
    server::store::{Entry, Level, MemoryStore, Order, Store, Table},
    value::Value,
};

fn open(store: &MemoryStore, retention: Retention) -> Records {
    let (records, told) = Records::open(store, KEY.to_vec(), retention, 7).unwrap();
    assert_eq!(told, Vec::<String>::new());
    records
}

fn value(text: &str) -> Value {
    Value::new(text.to_owned()).unwrap()
}

fn append(records: &mut Records, store: &MemoryStore, time: Micros, text: &str) -> usize {
    records.append_all(store, [(Some(time), value(text))]).unwrap()
}

/// Writes all that waits.
fn write(records: &mut Records, store: &MemoryStore, now: Micros) {
    loop {
        let entries = records.entries(store, now).unwrap();
        if entries.is_empty() {
            return;
        }
        store.append(&entries, Level::Crash).unwrap();
        records.written();
    }
}

/// All records of a span, read in pages of this size.
fn pages(records: &Records, store: &MemoryStore, span: std::ops::Range<Micros>, count: usize) -> Vec<(Micros, String)> {
    let (mut all, mut before): (Vec<_>, Option<Place>) = (Vec::new(), None);
    loop {
        let Page { records, next, told } = records.read(store, span.clone(), before, count).unwrap();
        assert_eq!(told, Vec::<String>::new());
        assert!(records.len() <= count);
        all.splice(0..0, records);
        before = next;
        if before.is_none() {
            return all;
        }
    }
}

fn everything(records: &Records, store: &MemoryStore) -> Vec<(Micros, String)> {
    pages(records, store, Micros::MIN..Micros::MAX, 3)
}

/// The number of keys in the store.
fn keys(store: &MemoryStore) -> usize {
    store.load(Table::Histories, b"").unwrap().len()
}

#[derive(Debug, Clone)]
enum Step {
    /// A record at this time.
    Append(Micros),
    Write,
    /// A write that fails. The store may have it nevertheless.
    Fail {
        is_there: bool,
    },
    Restart,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        // So few times that many records have the same one.
        6 => (-4..12_i64).prop_map(Step::Append),
        3 => (0..12_i64).prop_map(|time| Step::Append(time * SECOND)),
        2 => Just(Step::Write),
        1 => any::<bool>().prop_map(|is_there| Step::Fail { is_there }),
        1 => Just(Step::Restart),
    ];
    prop::collection::vec(step, 0..60)
}

proptest! {
    /// Whatever comes when, and whatever fails: no record is lost, none is there twice, and those of one time are in their order.
    #[test]
    fn the_pages_of_a_history_have_each_record_once_in_its_place(steps in steps(), count in 1..9_usize, from in -5..13_i64, len in 1..9_i64) {
        let store = MemoryStore::new();
        let mut records = open(&store, Retention::default());
        let mut model: BTreeMap<(Micros, usize), String> = BTreeMap::new();
        for (number, step) in steps.into_iter().enumerate() {
            match step {
                Step::Append(time) => {
                    prop_assert_eq!(append(&mut records, &store, time, &format!("{number}")), 0);
                    model.insert((time, number), format!("\"{number}\""));
                }
                Step::Write => write(&mut records, &store, SECOND),
                Step::Fail { is_there } => {
                    let entries = records.entries(&store, SECOND).unwrap();
                    if is_there {
                        store.append(&entries, Level::Crash).unwrap();
                    }
                    records.failed();
                }
                Step::Restart => {
                    write(&mut records, &store, SECOND);
                    prop_assert!(records.is_at_rest());
                    records = open(&store, Retention::default());
                }
            }
            let wanted: Vec<_> = model.iter().map(|((time, _), text)| (*time, text.clone())).collect();
            prop_assert_eq!(pages(&records, &store, Micros::MIN..Micros::MAX, count), wanted);
        }
        let span = from..from + len;
        let wanted: Vec<_> = model.iter().filter(|((time, _), _)| span.contains(time)).map(|((time, _), text)| (*time, text.clone())).collect();
        prop_assert_eq!(pages(&records, &store, span, count), wanted);
    }

    /// At each write what is too old or too much goes, the oldest first, and nothing else. A late record is one of them or not
    /// by its own time: it does not matter that newer ones were too much before.
    #[test]
    fn what_is_too_old_or_too_much_goes(times in prop::collection::vec(0..5_000_i64, 1..80), span in 0..3_000_u64, kilobytes in 0..4_u64) {
        let store = MemoryStore::new();
        let retention = Retention { span: Duration::from_secs(span), size: kilobytes * 1024 };
        let mut records = open(&store, retention);
        let now = 5_000 * SECOND;
        let (mut model, each) = (Vec::new(), len_of_one());
        for (number, time) in times.iter().enumerate() {
            append(&mut records, &store, time * SECOND, TEXT);
            model.push(*time);
            if number % 7 == 0 || number + 1 == times.len() {
                write(&mut records, &store, now);
                model.sort_unstable();
                let bytes = model.len() as u64 * each;
                let is_over = kilobytes > 0 && bytes > retention.size;
                let (floor, late) = (5_000 - span as i64, 5_000_000 - (span * 1_000 + span * 1_000 / 32) as i64);
                if is_over || (span > 0 && model[0] * 1_000 < late) {
                    let excess = if is_over { bytes - (retention.size - retention.size / 32) } else { 0 };
                    let too_old = model.iter().take_while(|time| span > 0 && **time < floor).count();
                    model.drain(..too_old.max(excess.div_ceil(each) as usize));
                }
                let kept: Vec<_> = everything(&records, &store).into_iter().map(|(time, _)| time / SECOND).collect();
                prop_assert_eq!(kept, model.clone());
            }
        }
    }
}

/// What each record of a test has.
const TEXT: &str = "water: valve 7 is open";

/// The bytes of such a record in the store, with its key.
fn len_of_one() -> u64 {
    let store = MemoryStore::new();
    let mut records = open(&store, Retention::default());
    append(&mut records, &store, SECOND, TEXT);
    let entries = records.entries(&store, SECOND).unwrap();
    (entries[0].key.len() + entries[0].value.as_ref().map_or(0, Vec::len)) as u64
}

#[test]
fn an_empty_history_leaves_nothing_behind() {
    let store = MemoryStore::new();
    let retention = Retention { span: Duration::from_secs(10), size: 0 };
    let mut records = open(&store, retention);
    append(&mut records, &store, SECOND, "a");
    assert!(!records.is_empty());
    write(&mut records, &store, 2 * SECOND);
    assert_eq!(keys(&store), 2);
    write(&mut records, &store, 30 * SECOND);
    assert!(records.is_empty());
    store.append(&[records.removal()], Level::Crash).unwrap();
    assert_eq!(keys(&store), 0);
}

#[test]
fn a_record_that_has_no_place_is_refused() {
    let store = MemoryStore::new();
    let mut records = open(&store, Retention::default());
    for time in [LATEST_RECORD + 1, -LATEST_RECORD - 1, Micros::MAX, Micros::MIN] {
        assert_eq!(append(&mut records, &store, time, "a"), 1, "{time}");
    }
    assert_eq!(records.append_all(&store, [(None, value("no date"))]).unwrap(), 1);
    assert_eq!(append(&mut records, &store, 5, &"x".repeat(1024 * 1024)), 1, "too long");
    assert_eq!(
        append(&mut records, &store, -LATEST_RECORD, "first") + append(&mut records, &store, LATEST_RECORD - 1, "last"),
        0
    );
    assert_eq!(append(&mut records, &store, LATEST_RECORD, "behind the last"), 1);
    assert_eq!(everything(&records, &store).len(), 2);
    // A device that has no clock writes the same time into each line.
    let lines = |count: usize| (0..count).map(|_| (Some(0), value("line"))).collect::<Vec<_>>();
    assert_eq!(records.append_all(&store, lines(1_000)).unwrap(), 0);
    write(&mut records, &store, SECOND);
    let mut records = open(&store, Retention::default());
    assert_eq!(records.append_all(&store, lines(30)).unwrap(), 6, "1 024 of one microsecond have a place");
    assert_eq!(everything(&records, &store).len(), 1_026);
}

#[test]
fn a_disk_that_hangs_does_not_fill_the_memory() {
    let store = MemoryStore::new();
    let mut records = open(&store, Retention::default());
    let line = "x".repeat(1_000_000);
    let refused: usize = (0..40).map(|time| append(&mut records, &store, time, &line)).sum();
    assert!((20..=24).contains(&refused), "{refused} of 40 MB are refused");
    // What was taken is written in pieces, and then there is room again.
    let most = records
        .entries(&store, SECOND)
        .unwrap()
        .iter()
        .map(|entry| entry.value.as_ref().map_or(0, Vec::len))
        .sum::<usize>();
    assert!(most < 2_100_000, "{most} bytes in one append");
    records.failed();
    write(&mut records, &store, SECOND);
    assert_eq!(append(&mut records, &store, 100, &line), 0);
    assert_eq!(everything(&records, &store).len(), 41 - refused);
}

#[test]
fn an_answer_has_a_bounded_number_of_bytes_and_goes_on_in_the_next() {
    let store = MemoryStore::new();
    let mut records = open(&store, Retention::default());
    let line = "x".repeat(900_000);
    (0..10).for_each(|time| _ = append(&mut records, &store, time, &line));
    write(&mut records, &store, SECOND);
    let page = records.read(&store, Micros::MIN..Micros::MAX, None, 1_000).unwrap();
    assert_eq!((page.records.len(), page.next.is_some()), (4, true));
    assert_eq!(pages(&records, &store, Micros::MIN..Micros::MAX, 1_000).len(), 10);
}

#[test]
fn a_damaged_record_is_told_and_the_others_are_there() {
    let store = MemoryStore::new();
    let mut records = open(&store, Retention::default());
    (0..5).for_each(|time| _ = append(&mut records, &store, time, &format!("{time}")));
    write(&mut records, &store, SECOND);
    let mut third = None;
    let mut count = 0;
    store
        .range(Table::Histories, b"".as_slice()..&[0xFF], Order::Descending, &mut |key, value| {
            count += 1;
            third = Some((key.to_vec(), value.to_vec()));
            if count == 3 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })
        .unwrap();
    let (key, mut bytes) = third.unwrap();
    let middle = bytes.len() - 6;
    bytes[middle] ^= 1;
    store.append(&[Entry { table: Table::Histories, key, value: Some(bytes) }], Level::Crash).unwrap();
    let page = records.read(&store, Micros::MIN..Micros::MAX, None, 4).unwrap();
    let times: Vec<_> = page.records.iter().map(|(time, _)| *time).collect();
    assert_eq!((times, page.next), (vec![0, 1, 3, 4], None));
    assert_eq!(page.told, ["records cannot be read (1 of them): it is damaged: its checksum is wrong"]);
}
