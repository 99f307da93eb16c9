//! Writes that have failed, and disks that were full.

use super::*;

#[test]
fn after_a_failed_write_each_append_is_refused_at_once() {
    let folder = Folder::fast();
    let store = folder.open_small();
    // fjall's thread cannot write its tables any more.
    let keyspaces = folder.path().join("db/keyspaces");
    // It may be writing one.
    while keyspaces.exists() {
        let _ = fs::remove_dir_all(&keyspaces);
    }
    let begin = Instant::now();
    let error = loop {
        if let Err(error) = store.append(&[entry(Table::States, "a", &[1; 300])], Level::Crash) {
            break error;
        }
        assert!(begin.elapsed() < Duration::from_secs(60), "the store goes on without its folder");
    };
    assert!(matches!(error.fault(), StoreFault::Broken | StoreFault::Damaged), "{error:?}");
    let before = files(&folder.path());
    for level in [Level::Crash, Level::Power] {
        let text = "a write to the store has failed, so nothing is kept any more";
        assert_says(&store.append(&[entry(Table::States, "b", b"")], level).unwrap_err(), StoreFault::Broken, text);
        assert_says(&store.append(&[], level).unwrap_err(), StoreFault::Broken, text);
    }
    store.trim(Table::States, b"a".as_slice()..b"b").unwrap_err();
    assert!(files(&folder.path()) == before, "a broken store writes");
    assert_eq!(store.load(Table::States, b"a").unwrap().len(), 1, "what is in memory can be read");
}

/// What was a failed write for want of room. `power.rs` has it on a disk that is full.
fn as_after_a_full_disk(store: &DiskStore) {
    lock(&store.writer).state = State::Full { tried: None };
}

#[test]
fn when_there_is_room_again_a_full_store_takes_entries_and_has_all_from_before() {
    let folder = Folder::new();
    let store = DiskStore::open(folder.path()).unwrap();
    store.append(&[entry(Table::States, "a", b"1")], Level::Power).unwrap();
    store.append(&[entry(Table::Histories, "b", b"2")], Level::Crash).unwrap();
    for number in 0..3_u8 {
        as_after_a_full_disk(&store);
        assert_eq!(
            store.load(Table::Histories, b"").unwrap(),
            [(b"b".into(), b"2".into())],
            "it can be read meanwhile"
        );
        store.append(&[entry(Table::States, "c", &[number])], Level::Crash).unwrap();
        assert_eq!(store.load(Table::States, b"").unwrap(), [(b"a".into(), b"1".into()), (b"c".into(), vec![number])]);
        store.append(&[], Level::Power).unwrap();
    }
    drop(store);
    let store = DiskStore::open(folder.path()).unwrap();
    assert_eq!(store.load(Table::States, b"").unwrap().len() + store.load(Table::Histories, b"").unwrap().len(), 3);
}

#[test]
fn a_full_store_is_opened_again_when_nobody_reads_it() {
    let folder = Folder::fast();
    let store = DiskStore::open(folder.path()).unwrap();
    let again = || store.append(&[entry(Table::States, "b", b"2")], Level::Crash);
    store.append(&[entry(Table::States, "a", b"1")], Level::Crash).unwrap();
    as_after_a_full_disk(&store);
    let mut visit = |_: &[u8], _: &[u8]| {
        assert_says(&again().unwrap_err(), StoreFault::Full, "the disk is full");
        ControlFlow::Continue(())
    };
    store.range(Table::States, b"a".as_slice()..b"z", Order::Ascending, &mut visit).unwrap();
    again().unwrap();
}

#[test]
fn a_full_store_that_was_damaged_meanwhile_is_broken_and_not_begun_anew() {
    let folder = Folder::fast();
    let store = DiskStore::open(folder.path()).unwrap();
    let again = || store.append(&[entry(Table::States, "b", b"2")], Level::Crash).unwrap_err();
    store.append(&[entry(Table::States, "a", b"1")], Level::Crash).unwrap();
    as_after_a_full_disk(&store);
    fs::rename(folder.path().join("db"), folder.path().join("away")).unwrap();
    assert_says(&again(), StoreFault::Damaged, "db");
    assert_says(&again(), StoreFault::Broken, "a write to the store has failed");
    assert!(!folder.path().join("db").exists());
}
