//! Journals that are cut, damaged, begun and removed.

use super::*;

/// A store with these appends in its journal, of which the first `secured` are secured.
fn journal_of(appends: u64, secured: u64) -> (Files, Vec<usize>) {
    let folder = Folder::fast();
    let mut ends = Vec::new();
    let store = DiskStore::open(folder.path()).unwrap();
    let journal = newest_journal(&folder.path());
    assert!(journal.ends_with(JOURNAL), "{journal:?}");
    for number in 0..appends {
        let keys = [format!("a {number}"), format!("b {number}")];
        let level = if number + 1 == secured { Level::Power } else { Level::Crash };
        // Not states: these do not all come to the journal.
        store.append(&keys.map(|key| entry(Table::Histories, &key, &record(&key, number))), level).unwrap();
        ends.push(bytes(&journal).len());
    }
    drop(store);
    (files(&folder.path()), ends)
}

fn appends_in(store: &DiskStore) -> u64 {
    let found = store.load(Table::Histories, b"").unwrap();
    let count = found.len() as u64 / 2;
    for number in 0..count {
        for key in [format!("a {number}"), format!("b {number}")] {
            assert!(found.contains(&(key.clone().into(), record(&key, number))), "{key} is missing");
        }
    }
    assert_eq!(found.len() as u64, count * 2, "an append is there in part");
    count
}

const JOURNAL: &str = "db/1.jnl";

#[test]
fn a_journal_that_was_cut_anywhere_has_its_whole_appends() {
    let (files, ends) = journal_of(4, 0);
    let folder = Folder::fast();
    // At each byte of one append, and around the ends of the others.
    let near = |len: &usize| (ends[0]..=ends[1]).contains(len) || ends.iter().any(|end| len.abs_diff(*end) < 3);
    for len in (0..=ends[3]).filter(near) {
        let mut changed = files.clone();
        let journal = changed.get_mut(Path::new(JOURNAL)).unwrap();
        journal.truncate(len);
        // The rest of a new journal is zeros. That of a journal that was cut is missing.
        journal.resize(len + len % 2 * 100, 0);
        write_files(&folder.path(), &changed);
        let whole = ends.iter().filter(|end| **end <= len).count() as u64;
        assert_eq!(appends_in(&DiskStore::open(folder.path()).unwrap()), whole, "{len} bytes");
        assert_eq!(appends_in(&DiskStore::open(folder.path()).unwrap()), whole, "{len} bytes, opened again");
    }
}

/// A power failure leaves pages that were written beside pages that were not.
#[test]
fn a_hole_in_what_was_not_secured_ends_the_journal() {
    let (files, ends) = journal_of(4, 2);
    let folder = Folder::fast();
    for from in (ends[1]..ends[3]).step_by(3) {
        let mut changed = files.clone();
        let journal = changed.get_mut(Path::new(JOURNAL)).unwrap();
        let to = (from + 20).min(ends[3]);
        let before = journal[from..to].to_vec();
        journal[from..to].fill(0);
        if journal[from..to] == before {
            continue;
        }
        write_files(&folder.path(), &changed);
        let store = DiskStore::open(folder.path()).unwrap();
        assert_eq!(appends_in(&store), if from < ends[2] { 2 } else { 3 }, "from byte {from}");
    }
}

#[test]
fn a_hole_in_what_was_secured_is_damage() {
    let (files, ends) = journal_of(4, 2);
    let folder = Folder::fast();
    for from in (0..ends[1]).step_by(2) {
        for (cut, texts) in
            [(true, ["was secured, and cannot be read"; 2]), (false, ["was secured", "are not in order"])]
        {
            let mut changed = files.clone();
            let journal = changed.get_mut(Path::new(JOURNAL)).unwrap();
            if cut {
                journal.truncate(from);
            } else {
                journal[from] ^= 0x10;
            }
            write_files(&folder.path(), &changed);
            let error = refused(&folder.path());
            let said = error.to_string();
            assert!(texts.iter().any(|text| said.contains(text)) && said.contains("1.jnl: damaged"), "{from}: {said}");
            let mut now = self::files(&folder.path());
            // The zeros at the end of a journal are not read.
            now.insert(JOURNAL.into(), fs::read(folder.path().join(JOURNAL)).unwrap());
            assert!(now == changed, "the damaged journal has been changed");
        }
    }
}

#[test]
fn a_journal_before_the_last_one_is_whole() {
    let (files, ends) = journal_of(4, 0);
    let folder = Folder::fast();
    let mut two = files;
    two.insert("db/2.jnl".into(), Vec::new());
    write_files(&folder.path(), &two);
    assert_eq!(appends_in(&DiskStore::open(folder.path()).unwrap()), 4);
    two.get_mut(Path::new(JOURNAL)).unwrap()[ends[2] + 3] ^= 1;
    write_files(&folder.path(), &two);
    let text = format!("1.jnl: damaged: the checksum behind byte {} is wrong", ends[2]);
    assert_says(&refused(&folder.path()), StoreFault::Damaged, &text);
}

#[test]
fn a_newest_journal_that_is_missing_is_damage() {
    let (mut files, _) = journal_of(4, 0);
    let folder = Folder::fast();
    let secured = super::super::secured::Secured { journal: 2, seqno: 1 };
    files.insert("secured".into(), secured.to_bytes().into());
    write_files(&folder.path(), &files);
    assert_says(&refused(&folder.path()), StoreFault::Damaged, "2.jnl: damaged: it is missing");
}

/// Each append that is secured would write the length of the file too.
#[test]
fn a_reopened_store_has_a_journal_of_full_size() {
    let folder = Folder::new();
    for _ in 0..3 {
        let store = DiskStore::open(folder.path()).unwrap();
        store.append(&[entry(Table::States, "a", b"1")], Level::Power).unwrap();
        assert_eq!(fs::metadata(newest_journal(&folder.path())).unwrap().len(), 64 * 1024 * 1024);
    }
    let store = DiskStore::open(folder.path()).unwrap();
    assert_eq!(store.load(Table::States, b"").unwrap(), [(b"a".into(), b"1".into())]);
    let begin = Instant::now();
    while super::super::journal::list(&folder.path().join("db")).unwrap().len() > 1 {
        assert!(begin.elapsed() < Duration::from_secs(60), "the old journals are not removed");
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// The process may end after each step that leads to a new journal.
#[test]
fn an_end_before_the_new_journal_loses_nothing() {
    let (files, ends) = journal_of(4, 4);
    let folder = Folder::fast();
    let journal = files[Path::new(JOURNAL)].clone();
    let hole = |len: u64, behind: &[u8]| {
        write_files(&folder.path(), &files);
        let path = folder.path().join(JOURNAL);
        fs::OpenOptions::new().write(true).open(&path).unwrap().set_len(len).unwrap();
        fs::OpenOptions::new().append(true).open(&path).unwrap().write_all(behind).unwrap();
    };
    let last = &journal[ends[2]..];
    for (behind, next) in [(&[][..], false), (&last[..5], false), (last, false), (last, true)] {
        hole(super::super::fresh::FULL, behind);
        if next {
            fs::write(folder.path().join("db/2.jnl"), b"").unwrap();
        }
        assert_eq!(appends_in(&DiskStore::open(folder.path()).unwrap()), 4, "{} bytes, {next}", behind.len());
    }
    // A hole that ends earlier is none of ours.
    hole(super::super::fresh::FULL - 1, last);
    fs::write(folder.path().join("db/2.jnl"), b"").unwrap();
    assert_says(&refused(&folder.path()), StoreFault::Damaged, "1.jnl: damaged");
}

/// fjall's thread stood still for ever when it was asked for a table a thousand times while it wrote one.
#[test]
fn many_appends_in_a_row_are_written_to_tables() {
    const LARGEST: u64 = 16 * 1024;
    let folder = Folder::fast();
    let store = DiskStore::open_sized(&folder.path(), Limits::both(LARGEST)).unwrap();
    let appended = AtomicU32::new(0);
    // While this is held, the thread waits in the middle of its work.
    let states = store.files().unwrap().states.clone();
    let held = states.tree.get_flush_lock();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for number in 0..3000 {
                let entries =
                    [entry(Table::States, "state", &record("state", number)), entry(Table::Histories, "a", b"1")];
                store.append(&entries, Level::Crash).unwrap();
                appended.fetch_add(1, Ordering::Relaxed);
            }
        });
        let mut before = 0;
        let mut stands = 0;
        while stands < 20 {
            std::thread::sleep(Duration::from_millis(20));
            let now = appended.load(Ordering::Relaxed);
            stands = if now == before { stands + 1 } else { 0 };
            before = now;
        }
        drop(held);
    });
    let begin = Instant::now();
    while states.sealed_memtable_count() > 0 {
        assert!(begin.elapsed() < Duration::from_secs(60), "no table is written any more");
        std::thread::sleep(Duration::from_millis(1));
    }
    assert!(states.tree.active_memtable().size() < 2 * LARGEST, "more and more is in memory");
}

#[test]
fn many_journals_are_written_and_removed() {
    const APPENDS: u64 = 2300;
    let folder = Folder::fast();
    let store = DiskStore::open(folder.path()).unwrap();
    let pattern: Vec<u8> = (0..61_000_u64).map(|at| (at / 64 * 31) as u8 ^ at as u8).collect();
    let value = |number: u64| pattern[number as usize % 1000..][..60_000].to_vec();
    for number in 0..APPENDS {
        let level = if number % 50 == 0 { Level::Power } else { Level::Crash };
        let entries = [
            entry(Table::Histories, &format!("{number:05}"), &value(number)),
            entry(Table::States, "state", &record("state", number)),
        ];
        store.append(&entries, level).unwrap();
        let files = store.files().unwrap();
        let unsorted = [&files.states, &files.histories].map(Keyspace::sealed_memtable_count);
        assert!(unsorted.iter().all(|count| *count <= 4), "{unsorted:?} tables wait after {number} appends");
    }
    let journals = super::super::journal::list(&folder.path().join("db")).unwrap();
    assert!(journals.len() <= 3 && journals.last().unwrap().0 >= 2, "{journals:?}");
    drop(store);
    let store = DiskStore::open(folder.path()).unwrap();
    let mut number = 0;
    let mut visit = |key: &[u8], found: &[u8]| {
        assert!(key == format!("{number:05}").as_bytes() && found == value(number), "block {number} is another one");
        number += 1;
        ControlFlow::Continue(())
    };
    store.range(Table::Histories, b"0".as_slice()..b"9", Order::Ascending, &mut visit).unwrap();
    assert_eq!(number, APPENDS);
    assert_eq!(store.load(Table::States, b"").unwrap()[0].1, record("state", APPENDS - 1));
}

/// fjall keeps it until as much has come again.
#[test]
fn fault_what_was_in_a_table_stayed_in_memory_too() {
    let folder = Folder::fast();
    let store = DiskStore::open_sized(&folder.path(), Limits::both(64 * 1024)).unwrap();
    let files = store.files().unwrap();
    let mut key = 0_u32;
    for round in 0..3 {
        let before = files.histories.table_count();
        while files.histories.table_count() == before {
            key += 1;
            store.append(&[entry(Table::Histories, &format!("{key:08}"), &[7; 1000])], Level::Crash).unwrap();
        }
        while files.histories.sealed_memtable_count() > 0 {
            std::thread::sleep(Duration::from_millis(1));
        }
        // With a reader that has begun before, and goes on behind.
        let mut seen = 0;
        let mut visit = |_: &[u8], value: &[u8]| {
            if seen == 0 {
                store.append(&[], Level::Power).unwrap();
                let (in_memory, active) =
                    (files.histories.tree.version_memtable_size_sum(), files.histories.tree.active_memtable().size());
                assert!(
                    in_memory <= active,
                    "round {round}: {in_memory} bytes are in memory, of which {active} are needed"
                );
            }
            assert_eq!(value, [7; 1000]);
            seen += 1;
            ControlFlow::Continue(())
        };
        store.range(Table::Histories, b"0".as_slice()..b"a", Order::Ascending, &mut visit).unwrap();
        assert_eq!(seen, key);
    }
}
