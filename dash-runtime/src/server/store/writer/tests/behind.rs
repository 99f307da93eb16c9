//! A disk that takes less than what comes, with the real thread of the store and a store on disk.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use super::*;
use crate::server::store::disk::tests::{Folder, while_no_table_is_written};

/// A value that is too long for the small file, so that it comes to a table. Each has a key of its own, so that a later one
/// does not hide that an earlier one is lost.
fn long_state(keeper: &Keeper, rev: u64) {
    let value = Value::new(format!("{rev} {}", "x".repeat(40_000))).unwrap();
    let key = format!("notes[{rev}].text").into_bytes();
    keeper.put(vec![KeptChange { key, value: Some(value), rev }], Vec::new(), Vec::new(), true);
}

fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < Duration::from_secs(60), "never: {what}");
        thread::sleep(Duration::from_millis(10));
    }
}

#[tokio::test]
async fn what_comes_while_the_disk_is_too_slow_is_written_when_it_has_caught_up() {
    let folder = Folder::new();
    let store = Arc::new(folder.open_impatient());
    let writer = Writer::start_shared(store.clone(), Flush::new()).unwrap();
    let keeper = Keeper::new(writer, "", EPOCH);
    let mut rev = 0;
    while_no_table_is_written(&store, || {
        until("a write is refused", || {
            rev += 1;
            long_state(&keeper, rev);
            keeper.writer.status() == "failing"
        });
        // These come while nothing is taken, and it is tried again in vain.
        rev += 1;
        long_state(&keeper, rev);
        measure(&keeper, 0..100);
        thread::sleep(Duration::from_millis(2500));
        measure(&keeper, 100..150);
        // The one that was refused and the one after it.
        assert!(keeper.writer.status() == "failing" && keeper.writer.waiting() >= 2, "{}", keeper.writer.waiting());
    });
    until("the store is written again", || keeper.writer.status() == "ok" && keeper.writer.waiting() == 0);
    assert_eq!(count(&keeper), 150);
    keeper.writer.end().await;
    drop((keeper, store));
    let again = folder.open_impatient();
    let (values, told) = load(&again, "").unwrap();
    let revs: BTreeSet<u64> =
        values.iter().map(|value| value.json[1..].split(' ').next().unwrap().parse().unwrap()).collect();
    assert_eq!(((1..=rev).collect(), 0), (revs, told.len()));
    let again = Keeper::new(Writer::start(Box::new(again), Flush::new()).unwrap(), "", EPOCH);
    assert_eq!(again.open_history(b"air.points", &plan(), &INFO).unwrap().len(), 150);
    again.writer.end().await;
}
