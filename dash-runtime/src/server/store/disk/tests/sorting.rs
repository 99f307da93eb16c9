//! How much sorting writes again, and that it never stands still.

use super::*;

/// The bytes of all tables of histories that were ever seen.
#[derive(Default)]
struct Tables(BTreeMap<PathBuf, u64>);

impl Tables {
    fn look(&mut self, histories: &Keyspace) {
        for file in fs::read_dir(histories.path().join("tables")).unwrap() {
            let file = file.unwrap();
            // It may have been sorted into another one meanwhile. While it is written, it grows.
            if let Ok(metadata) = file.metadata() {
                let len = self.0.entry(file.path()).or_default();
                *len = metadata.len().max(*len);
            }
        }
    }

    fn bytes(&self) -> u64 {
        self.0.values().sum()
    }
}

/// Values that do not become smaller by compression.
struct Noise(u64);

impl Noise {
    fn block(&mut self, len: usize) -> Vec<u8> {
        let mut byte = || {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            self.0.to_be_bytes()[0]
        };
        (0..len).map(|_| byte()).collect()
    }
}

/// One new block of each history.
fn blocks(histories: u64, number: u64, noise: &mut Noise) -> Vec<Entry> {
    let key = |history| format!("{history:02}/{number:06}");
    (0..histories).map(|history| entry(Table::Histories, &key(history), &noise.block(1000))).collect()
}

/// All tables were sorted again with each fourth one that came, so a day wrote the more the longer the store was used. Here are
/// twelve days of 20 histories, with a seventieth of the sizes.
#[test]
fn fault_what_was_sorted_long_ago_was_written_again_and_again() {
    const HISTORIES: u64 = 20;
    const BLOCKS: u64 = 800;
    let folder = Folder::fast();
    let limits = Limits { histories: 64 * 1024, table: LIMITS.table / 70, ..LIMITS };
    let store = DiskStore::open_sized(&folder.path(), limits).unwrap();
    let files = store.files().unwrap();
    let (mut tables, mut noise) = (Tables::default(), Noise(1));
    for number in 0..BLOCKS {
        store.append(&blocks(HISTORIES, number, &mut noise), Level::Crash).unwrap();
        // In a day, fjall's thread has written a table and sorted long before the next one comes.
        while files.histories.sealed_memtable_count() > 0 || files.db.active_compactions() > 0 {
            tables.look(&files.histories);
            std::thread::sleep(Duration::from_micros(200));
        }
        tables.look(&files.histories);
    }
    let (all, written) = (HISTORIES * BLOCKS * 1000, tables.bytes());
    assert!(written < 8 * all, "{written} bytes were written for {all}");
}

/// Appends that come sooner than fjall sorts, with tables of so few bytes that fjall's own choice is far behind after 80 of
/// them: sorting it here again and again took longer than an append waits.
#[test]
fn appends_that_come_sooner_than_fjall_sorts_are_all_kept() {
    const HISTORIES: u64 = 20;
    const BLOCKS: u64 = 200;
    let folder = Folder::fast();
    let limits = Limits { histories: 16 * 1024, table: 1024, ..LIMITS };
    let store = DiskStore::open_sized(&folder.path(), limits).unwrap();
    let mut noise = Noise(1);
    let all: Vec<Entry> = (0..BLOCKS).flat_map(|number| blocks(HISTORIES, number, &mut noise)).collect();
    for entries in all.chunks(HISTORIES as usize) {
        store.append(entries, Level::Crash).unwrap();
    }
    let mut kept: Vec<Pair> = all.into_iter().map(|Entry { key, value, .. }| (key, value.unwrap())).collect();
    kept.sort();
    assert!(store.load(Table::Histories, b"").unwrap() == kept, "something is lost");
}

/// fjall sorts once behind each table that it writes, and chooses the level that is most above its size. With tables that are
/// small for what comes at once, too many unsorted ones were left when its thread had nothing more to do.
#[test]
fn fault_a_store_stood_still_because_other_tables_were_sorted_than_the_unsorted_ones() {
    const HISTORIES: u64 = 20;
    const BLOCKS: u64 = 300;
    let folder = Folder::fast();
    let limits = Limits { histories: 64 * 1024, table: 8 * 1024, ..LIMITS };
    let store = DiskStore::open_sized(&folder.path(), limits).unwrap();
    let files = store.files().unwrap();
    let mut noise = Noise(1);
    for number in 0..BLOCKS {
        store.append(&blocks(HISTORIES, number, &mut noise), Level::Crash).unwrap();
        while files.histories.sealed_memtable_count() > 0 || files.db.active_compactions() > 0 {
            std::thread::sleep(Duration::from_micros(200));
        }
    }
    assert_eq!(store.load(Table::Histories, b"").unwrap().len() as u64, HISTORIES * BLOCKS);
}

/// It is not known when the disk goes on. Who waits is told, and may try again.
#[test]
fn an_append_that_waits_too_long_for_the_disk_is_refused_and_nothing_else_is_lost() {
    let folder = Folder::fast();
    let store = folder.open_impatient();
    let append = |number: u64| {
        let key = format!("{number:04}");
        store.append(&[entry(Table::Histories, &key, &record(&key, number))], Level::Crash)
    };
    let (mut number, begun) = (0, Instant::now());
    while_no_table_is_written(&store, || {
        let error = loop {
            match append(number) {
                Ok(()) => number += 1,
                Err(error) => break error,
            }
            assert!(begun.elapsed() < Duration::from_secs(60), "everything is taken");
        };
        assert_says(&error, StoreFault::Io, "the disk is too slow");
        append(number).unwrap_err();
        assert_eq!(store.load(Table::Histories, b"").unwrap().len() as u64, number);
    });
    let begun = Instant::now();
    while append(number).is_err() {
        assert!(begun.elapsed() < Duration::from_secs(60), "it is refused for ever");
    }
    let all = |store: &DiskStore| {
        let key = |number: u64| format!("{number:04}");
        let kept: Vec<Pair> = (0..=number).map(|at| (key(at).into(), record(&key(at), at))).collect();
        assert!(store.load(Table::Histories, b"").unwrap() == kept, "something is lost");
    };
    all(&store);
    drop(store);
    all(&DiskStore::open(folder.path()).unwrap());
}
