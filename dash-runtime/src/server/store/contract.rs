//! What each store promises, as one suite for all of them.

use std::{
    collections::BTreeMap,
    ops::{ControlFlow, Range},
    sync::atomic::{AtomicU64, Ordering},
    thread,
};

use proptest::prelude::*;

use super::{Entry, Level, MemoryStore, Order, Pair, Store, StoreFault, Table};

/// Opens the same store again and again.
struct Subject(Box<dyn Fn() -> Box<dyn Store>>);

impl Subject {
    fn memory() -> Self {
        let store = MemoryStore::new();
        Self(Box::new(move || Box::new(store.clone())))
    }

    #[cfg(feature = "store")]
    fn disk() -> Self {
        let folder = super::disk::tests::Folder::new();
        Self(Box::new(move || Box::new(super::DiskStore::open(folder.path()).unwrap())))
    }

    /// Its tables are written again and again.
    #[cfg(feature = "store")]
    fn small() -> Self {
        let folder = super::disk::tests::Folder::new();
        Self(Box::new(move || Box::new(folder.open_small())))
    }

    fn open(&self) -> Box<dyn Store> {
        (self.0)()
    }
}

/// One test of each promise for each store.
macro_rules! suite {
    ($($promise:ident)*) => {
        mod memory {
            $(#[test] fn $promise() { super::$promise(&super::Subject::memory()); })*
        }
        #[cfg(feature = "store")]
        mod disk {
            $(#[test] fn $promise() { super::$promise(&super::Subject::disk()); })*
        }
        #[cfg(feature = "store")]
        mod small {
            $(#[test] fn $promise() { super::$promise(&super::Subject::small()); })*
        }
    };
}

suite! {
    what_is_appended_is_read
    what_is_appended_now_is_read_or_nothing_has_happened
    the_tables_are_apart
    keys_are_in_the_order_of_their_bytes
    a_range_has_its_start_and_not_its_end
    a_range_goes_both_ways
    a_range_ends_where_it_is_broken_off
    an_empty_or_inverted_range_has_nothing
    a_visit_may_use_the_store
    a_prefix_of_255_is_loaded_whole
    the_last_value_of_a_key_is_read
    the_last_of_an_append_wins
    a_removed_key_is_gone
    a_key_that_is_removed_and_written_again_is_there
    a_missing_key_is_removed_without_error
    an_empty_value_is_a_value
    large_values_are_read_whole
    the_longest_key_is_accepted
    what_is_too_long_is_refused_and_the_store_goes_on
    a_refused_append_writes_nothing
    trim_removes_its_range_alone
    trim_of_many_keys_removes_all
    trim_of_an_inverted_range_removes_nothing
    an_append_without_entries_is_accepted
    what_is_kept_is_there_after_reopening
    what_is_removed_is_not_there_after_reopening
    threads_append_at_once
    a_reader_sees_each_append_whole
}

fn put(table: Table, key: impl AsRef<[u8]>, value: impl AsRef<[u8]>) -> Entry {
    Entry { table, key: key.as_ref().to_vec(), value: Some(value.as_ref().to_vec()) }
}

fn remove(table: Table, key: impl AsRef<[u8]>) -> Entry {
    Entry { table, key: key.as_ref().to_vec(), value: None }
}

fn state(key: impl AsRef<[u8]>, value: impl AsRef<[u8]>) -> Entry {
    put(Table::States, key, value)
}

fn read(store: &dyn Store, table: Table, keys: Range<&[u8]>, order: Order) -> Vec<Pair> {
    let mut pairs = Vec::new();
    store
        .range(table, keys, order, &mut |key, value| {
            pairs.push((key.to_vec(), value.to_vec()));
            ControlFlow::Continue(())
        })
        .unwrap();
    pairs
}

fn keys(store: &dyn Store, keys: Range<&[u8]>, order: Order) -> Vec<String> {
    let pairs = read(store, Table::States, keys, order);
    pairs.into_iter().map(|(key, _)| String::from_utf8(key).unwrap()).collect()
}

/// The value under this key alone.
fn get(store: &dyn Store, table: Table, key: &[u8]) -> Option<Vec<u8>> {
    let end = [key, &[0]].concat();
    let mut found = read(store, table, key..&end, Order::Ascending);
    assert!(found.len() <= 1, "one key has two values");
    found.pop().map(|(_, value)| value)
}

fn with(subject: &Subject, names: &[&str]) -> Box<dyn Store> {
    let store = subject.open();
    let entries: Vec<_> = names.iter().map(|name| state(name, name)).collect();
    store.append(&entries, Level::Crash).unwrap();
    store
}

fn what_is_appended_is_read(subject: &Subject) {
    let store = subject.open();
    store.append(&[state("a", "1")], Level::Crash).unwrap();
    store.append(&[state("b", "2")], Level::Power).unwrap();
    assert_eq!(store.load(Table::States, b"").unwrap(), [(b"a".into(), b"1".into()), (b"b".into(), b"2".into())]);
}

fn what_is_appended_now_is_read_or_nothing_has_happened(subject: &Subject) {
    let store = subject.open();
    store.append(&[state("a", "first")], Level::Crash).unwrap();
    let mut wanted = b"first".to_vec();
    for number in 0..100_u8 {
        let (value, is_power) = (vec![number; 1 + 40 * usize::from(number)], number % 10 == 0);
        match store.append_now(&[state("a", &value), state("b", &value)]) {
            Some(done) => {
                done.unwrap();
                wanted = value;
                assert_eq!(get(&*store, Table::States, b"b").unwrap(), wanted);
            }
            None => assert!(get(&*store, Table::States, b"b").is_none_or(|value| value == wanted)),
        }
        assert_eq!(get(&*store, Table::States, b"a").unwrap(), wanted);
        if is_power {
            store.append(&[], Level::Power).unwrap();
        }
    }
    assert!(wanted != b"first", "it is possible now and then");
    assert_eq!(store.append_now(&[state("", "")]).unwrap().unwrap_err().fault(), StoreFault::Invalid);
    drop(store);
    assert_eq!(get(&*subject.open(), Table::States, b"a").unwrap(), wanted);
}

fn the_tables_are_apart(subject: &Subject) {
    let store = subject.open();
    store.append(&[state("a", "state"), put(Table::Histories, "a", "history")], Level::Crash).unwrap();
    assert_eq!(get(&*store, Table::States, b"a").unwrap(), b"state");
    assert_eq!(get(&*store, Table::Histories, b"a").unwrap(), b"history");
    store.append(&[remove(Table::States, "a")], Level::Crash).unwrap();
    assert_eq!(get(&*store, Table::States, b"a"), None);
    assert_eq!(get(&*store, Table::Histories, b"a").unwrap(), b"history");
}

fn keys_are_in_the_order_of_their_bytes(subject: &Subject) {
    let store = subject.open();
    let mut all: Vec<Vec<u8>> =
        [&[0][..], &[0, 0], &[1], &[1, 0], &[1, 255], &[2], &[127], &[128], &[255], &[255, 0]].map(Vec::from).into();
    for key in all.iter().rev() {
        store.append(&[state(key, "")], Level::Crash).unwrap();
    }
    let found = |order| read(&*store, Table::States, b""..&[255; 3], order).into_iter().map(|(key, _)| key);
    assert_eq!(found(Order::Ascending).collect::<Vec<_>>(), all);
    all.reverse();
    assert_eq!(found(Order::Descending).collect::<Vec<_>>(), all);
}

fn a_range_has_its_start_and_not_its_end(subject: &Subject) {
    let store = with(subject, &["a", "b", "c", "d"]);
    assert_eq!(keys(&*store, b"b"..b"d", Order::Ascending), ["b", "c"]);
    assert_eq!(keys(&*store, b"aa"..b"cc", Order::Ascending), ["b", "c"]);
}

fn a_range_goes_both_ways(subject: &Subject) {
    let store = with(subject, &["a", "b", "c", "d"]);
    assert_eq!(keys(&*store, b"a"..b"d", Order::Ascending), ["a", "b", "c"]);
    assert_eq!(keys(&*store, b"a"..b"d", Order::Descending), ["c", "b", "a"]);
}

fn a_range_ends_where_it_is_broken_off(subject: &Subject) {
    let store = with(subject, &["a", "b", "c", "d"]);
    for (order, expected) in [(Order::Ascending, ["a", "b"]), (Order::Descending, ["d", "c"])] {
        let mut seen = Vec::new();
        let mut visit = |key: &[u8], _: &[u8]| {
            seen.push(String::from_utf8(key.to_vec()).unwrap());
            if seen.len() == 2 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        store.range(Table::States, b"a"..b"z", order, &mut visit).unwrap();
        assert_eq!(seen, expected);
    }
}

fn an_empty_or_inverted_range_has_nothing(subject: &Subject) {
    let store = with(subject, &["a", "b", "c"]);
    for order in [Order::Ascending, Order::Descending] {
        assert!(keys(&*store, b"b"..b"b", order).is_empty());
        assert!(keys(&*store, b"c"..b"a", order).is_empty());
        assert!(keys(&*store, b""..b"", order).is_empty());
    }
}

/// A history is thinned out while it is read.
fn a_visit_may_use_the_store(subject: &Subject) {
    let store = with(subject, &["a", "b", "c"]);
    let mut seen = 0;
    let mut visit = |key: &[u8], _: &[u8]| {
        seen += 1;
        store.append(&[remove(Table::States, key), put(Table::Histories, key, "")], Level::Crash).unwrap();
        ControlFlow::Continue(())
    };
    store.range(Table::States, b"a"..b"z", Order::Ascending, &mut visit).unwrap();
    assert_eq!(seen, 3);
    assert!(store.load(Table::States, b"").unwrap().is_empty());
    assert_eq!(store.load(Table::Histories, b"").unwrap().len(), 3);
}

fn a_prefix_of_255_is_loaded_whole(subject: &Subject) {
    let store = subject.open();
    let all = [vec![254], vec![254, 255], vec![255], vec![255, 254], vec![255, 255], vec![255; Entry::LONGEST_KEY]];
    for key in &all {
        store.append(&[state(key, "")], Level::Crash).unwrap();
    }
    let loaded = |prefix: &[u8]| store.load(Table::States, prefix).unwrap().into_iter().map(|(key, _)| key);
    assert_eq!(loaded(&[]).collect::<Vec<_>>(), all);
    assert_eq!(loaded(&[255]).collect::<Vec<_>>(), all[2..]);
    assert_eq!(loaded(&[255, 255]).collect::<Vec<_>>(), all[4..]);
    assert_eq!(loaded(&[254]).collect::<Vec<_>>(), all[..2]);
}

fn the_last_value_of_a_key_is_read(subject: &Subject) {
    let store = subject.open();
    for value in 0..100_u8 {
        store.append(&[state("a", [value])], Level::Crash).unwrap();
        assert_eq!(store.load(Table::States, b"").unwrap(), [(b"a".into(), [value].into())]);
    }
}

fn the_last_of_an_append_wins(subject: &Subject) {
    let store = subject.open();
    let entries = [
        state("a", "1"),
        state("a", "2"),
        state("b", "1"),
        remove(Table::States, "b"),
        remove(Table::States, "c"),
        state("c", "1"),
    ];
    store.append(&entries, Level::Crash).unwrap();
    assert_eq!(store.load(Table::States, b"").unwrap(), [(b"a".into(), b"2".into()), (b"c".into(), b"1".into())]);
}

fn a_removed_key_is_gone(subject: &Subject) {
    let store = with(subject, &["a", "b", "c"]);
    store.append(&[remove(Table::States, "b")], Level::Power).unwrap();
    assert_eq!(keys(&*store, b"a"..b"z", Order::Ascending), ["a", "c"]);
    assert_eq!(keys(&*store, b"a"..b"z", Order::Descending), ["c", "a"]);
}

fn a_key_that_is_removed_and_written_again_is_there(subject: &Subject) {
    let store = with(subject, &["a"]);
    store.append(&[remove(Table::States, "a")], Level::Crash).unwrap();
    store.append(&[state("a", "new")], Level::Crash).unwrap();
    assert_eq!(get(&*store, Table::States, b"a").unwrap(), b"new");
}

fn a_missing_key_is_removed_without_error(subject: &Subject) {
    let store = with(subject, &["a"]);
    store.append(&[remove(Table::States, "b")], Level::Crash).unwrap();
    assert_eq!(keys(&*store, b"a"..b"z", Order::Ascending), ["a"]);
}

fn an_empty_value_is_a_value(subject: &Subject) {
    let store = subject.open();
    store.append(&[state("a", "")], Level::Power).unwrap();
    assert_eq!(get(&*store, Table::States, b"a").unwrap(), b"");
}

fn large_values_are_read_whole(subject: &Subject) {
    let large: Vec<u8> = (0..Entry::LARGEST_VALUE).map(|at| (at / 7) as u8).collect();
    let store = subject.open();
    store.append(&[put(Table::Histories, "a", &large)], Level::Crash).unwrap();
    store.append(&[state("b", &large[..1_000_000])], Level::Power).unwrap();
    drop(store);
    let store = subject.open();
    assert!(get(&*store, Table::Histories, b"a").unwrap() == large);
    assert!(get(&*store, Table::States, b"b").unwrap() == large[..1_000_000]);
}

fn the_longest_key_is_accepted(subject: &Subject) {
    let store = subject.open();
    let key = [7; Entry::LONGEST_KEY];
    store.append(&[state(key, "long")], Level::Crash).unwrap();
    assert_eq!(get(&*store, Table::States, &key).unwrap(), b"long");
}

fn what_is_too_long_is_refused_and_the_store_goes_on(subject: &Subject) {
    let store = subject.open();
    let refused = [
        (state("", "no key"), "a key of 0 bytes: a key has 1 to 1024 bytes"),
        (state([7; Entry::LONGEST_KEY + 1], "x"), "a key of 1025 bytes: a key has 1 to 1024 bytes"),
        (remove(Table::States, [7; Entry::LONGEST_KEY + 1]), "a key of 1025 bytes: a key has 1 to 1024 bytes"),
        (
            state("a", vec![0; Entry::LARGEST_VALUE + 1]),
            "a value of 16777217 bytes: a value has at most 16777216 bytes",
        ),
    ];
    for (entry, text) in refused {
        let error = store.append(&[entry], Level::Crash).unwrap_err();
        assert_eq!((error.fault(), error.to_string().as_str()), (StoreFault::Invalid, text));
    }
    store.append(&[state("a", "1")], Level::Power).unwrap();
    assert_eq!(keys(&*store, b"a"..b"z", Order::Ascending), ["a"]);
}

fn a_refused_append_writes_nothing(subject: &Subject) {
    let store = subject.open();
    store.append(&[state("a", "1"), state("", "no key")], Level::Crash).unwrap_err();
    assert!(store.load(Table::States, b"").unwrap().is_empty());
}

fn trim_removes_its_range_alone(subject: &Subject) {
    let store = with(subject, &["a", "b", "c", "d"]);
    store.append(&[put(Table::Histories, "b", "")], Level::Crash).unwrap();
    store.trim(Table::States, b"b"..b"d").unwrap();
    assert_eq!(keys(&*store, b"a"..b"z", Order::Ascending), ["a", "d"]);
    assert_eq!(store.load(Table::Histories, b"").unwrap().len(), 1);
}

fn trim_of_many_keys_removes_all(subject: &Subject) {
    let store = subject.open();
    let entries: Vec<_> = (0..5000_u32).map(|at| put(Table::Histories, at.to_be_bytes(), [1; 100])).collect();
    store.append(&entries, Level::Crash).unwrap();
    store.trim(Table::Histories, &[0; 4]..&4000_u32.to_be_bytes()).unwrap();
    let left = store.load(Table::Histories, b"").unwrap();
    assert_eq!((left.len(), left[0].0.as_slice()), (1000, &4000_u32.to_be_bytes()[..]));
}

fn trim_of_an_inverted_range_removes_nothing(subject: &Subject) {
    let store = with(subject, &["a", "b", "c"]);
    store.trim(Table::States, b"c"..b"a").unwrap();
    store.trim(Table::States, b"b"..b"b").unwrap();
    assert_eq!(keys(&*store, b"a"..b"z", Order::Ascending), ["a", "b", "c"]);
}

fn an_append_without_entries_is_accepted(subject: &Subject) {
    let store = with(subject, &["a"]);
    store.append(&[], Level::Power).unwrap();
    store.append(&[], Level::Crash).unwrap();
    assert_eq!(keys(&*store, b"a"..b"z", Order::Ascending), ["a"]);
}

fn what_is_kept_is_there_after_reopening(subject: &Subject) {
    for round in 0..5_u8 {
        let store = subject.open();
        let expected: Vec<_> = (0..round).map(|at| (vec![at + 1], vec![at])).collect();
        assert_eq!(store.load(Table::States, b"").unwrap(), expected);
        assert_eq!(store.load(Table::Histories, b"").unwrap(), expected);
        let entries = [Table::States, Table::Histories].map(|table| put(table, [round + 1], [round]));
        store.append(&entries, if round % 2 == 0 { Level::Crash } else { Level::Power }).unwrap();
    }
}

fn what_is_removed_is_not_there_after_reopening(subject: &Subject) {
    let store = with(subject, &["a", "b", "c"]);
    store.append(&[remove(Table::States, "b")], Level::Crash).unwrap();
    drop(store);
    let store = subject.open();
    assert_eq!(keys(&*store, b"a"..b"z", Order::Ascending), ["a", "c"]);
}

fn threads_append_at_once(subject: &Subject) {
    const EACH: u8 = 100;
    let store = subject.open();
    thread::scope(|scope| {
        for writer in 0..8_u8 {
            let store = &store;
            scope.spawn(move || {
                for at in 0..EACH {
                    let level = if at % 25 == 0 { Level::Power } else { Level::Crash };
                    store.append(&[state([writer, at], [at])], level).unwrap();
                    assert_eq!(get(&**store, Table::States, &[writer, at]).unwrap(), [at]);
                }
            });
        }
    });
    let all = (0..8).flat_map(|writer| (0..EACH).map(move |at| (vec![writer, at], vec![at])));
    assert_eq!(store.load(Table::States, b"").unwrap(), all.collect::<Vec<_>>());
}

fn a_reader_sees_each_append_whole(subject: &Subject) {
    let store = subject.open();
    let number = AtomicU64::new(0);
    let write = || {
        let bytes = number.fetch_add(1, Ordering::Relaxed).to_be_bytes();
        store.append(&[state("a", bytes), state("m", bytes), state("z", bytes)], Level::Crash).unwrap();
    };
    write();
    thread::scope(|scope| {
        scope.spawn(|| (0..300).for_each(|_| write()));
        for order in [Order::Ascending, Order::Descending] {
            let store = &store;
            scope.spawn(move || {
                for _ in 0..100 {
                    let seen = read(&**store, Table::States, b"a"..b"zz", order);
                    assert_eq!(seen.len(), 3);
                    assert!(seen.iter().all(|(_, value)| *value == seen[0].1), "an append is seen in part: {seen:?}");
                }
            });
        }
    });
}

/// What a random test does.
#[derive(Debug, Clone)]
enum Step {
    Append(Vec<Entry>, Level),
    Trim(Table, Vec<u8>, Vec<u8>),
    Range(Table, Vec<u8>, Vec<u8>, Order),
    Load(Table, Vec<u8>),
    Reopen,
}

fn table() -> impl Strategy<Value = Table> {
    prop_oneof![Just(Table::States), Just(Table::Histories)]
}

/// Few bytes, so that keys meet and are prefixes of each other.
fn key() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(prop_oneof![Just(0), Just(1), Just(128), Just(255)], 1..4)
}

fn step() -> impl Strategy<Value = Step> {
    let value = prop::option::weighted(0.8, prop::collection::vec(any::<u8>(), 0..40));
    let entry = (table(), key(), value).prop_map(|(table, key, value)| Entry { table, key, value });
    let level = prop_oneof![4 => Just(Level::Crash), 1 => Just(Level::Power)];
    let order = prop_oneof![Just(Order::Ascending), Just(Order::Descending)];
    prop_oneof![
        8 => (prop::collection::vec(entry, 0..5), level).prop_map(|(entries, level)| Step::Append(entries, level)),
        1 => (table(), key(), key()).prop_map(|(table, from, to)| Step::Trim(table, from, to)),
        4 => (table(), key(), key(), order).prop_map(|(table, from, to, order)| Step::Range(table, from, to, order)),
        1 => (table(), key()).prop_map(|(table, prefix)| Step::Load(table, prefix)),
        1 => Just(Step::Reopen),
    ]
}

fn does_as_a_map_does(subject: &Subject, steps: &[Step]) {
    let mut store = Some(subject.open());
    let mut model: BTreeMap<(Table, Vec<u8>), Vec<u8>> = BTreeMap::new();
    let of = |model: &BTreeMap<(Table, Vec<u8>), Vec<u8>>, table, wanted: &dyn Fn(&[u8]) -> bool| -> Vec<Pair> {
        let there = model.iter().filter(|((of, key), _)| *of == table && wanted(key));
        there.map(|((_, key), value)| (key.clone(), value.clone())).collect()
    };
    for step in steps {
        let now = store.as_deref().unwrap();
        match step {
            Step::Append(entries, level) => {
                now.append(entries, *level).unwrap();
                for Entry { table, key, value } in entries.clone() {
                    match value {
                        Some(value) => _ = model.insert((table, key), value),
                        None => _ = model.remove(&(table, key)),
                    }
                }
            }
            Step::Trim(table, from, to) => {
                now.trim(*table, from..to).unwrap();
                model.retain(|(of, key), _| of != table || !(from..to).contains(&key));
            }
            Step::Range(table, from, to, order) => {
                let mut expected = of(&model, *table, &|key| from.as_slice() <= key && key < to.as_slice());
                if *order == Order::Descending {
                    expected.reverse();
                }
                assert_eq!(read(now, *table, from..to, *order), expected);
            }
            Step::Load(table, prefix) => {
                assert_eq!(now.load(*table, prefix).unwrap(), of(&model, *table, &|key| key.starts_with(prefix)));
            }
            Step::Reopen => {
                drop(store.take());
                store = Some(subject.open());
            }
        }
    }
    for table in [Table::States, Table::Histories] {
        assert_eq!(store.as_deref().unwrap().load(table, b"").unwrap(), of(&model, table, &|_| true));
    }
}

/// How many random tests. `DASH_ROUNDS` sets it for a longer run.
fn cases() -> ProptestConfig {
    ProptestConfig::with_cases(std::env::var("DASH_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(12))
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn memory_does_as_a_map_does(steps in prop::collection::vec(step(), 1..60)) {
        does_as_a_map_does(&Subject::memory(), &steps);
    }

    #[cfg(feature = "store")]
    #[test]
    fn disk_does_as_a_map_does(steps in prop::collection::vec(step(), 1..60)) {
        does_as_a_map_does(&Subject::disk(), &steps);
    }

    #[cfg(feature = "store")]
    #[test]
    fn small_does_as_a_map_does(steps in prop::collection::vec(step(), 1..60)) {
        does_as_a_map_does(&Subject::small(), &steps);
    }
}
