//! Directories that cannot be used, and files that are damaged.

use std::{
    collections::BTreeMap,
    fs,
    io::{Read as _, Write as _},
    ops::ControlFlow,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, Instant},
};

use fjall::{AbstractTree as _, Keyspace};
use tracing::subscriber::{DefaultGuard, set_default};

use super::{
    super::{Entry, Level, Order, Pair, Store, StoreError, StoreFault, Table, record::Record},
    DiskStore, Memtables, State,
};
use crate::server::lock;

/// So small that nearly each append leads to a table.
pub(super) const SMALL: Memtables = Memtables::both(256);

/// A folder for one test, which is removed behind it.
pub(in super::super) struct Folder {
    path: PathBuf,
    /// Hundreds of warnings would hide the failure.
    _quiet: DefaultGuard,
}

impl Folder {
    pub(in super::super) fn new() -> Self {
        Self::below(&std::env::temp_dir())
    }

    /// In memory where that is possible: a test of hundreds of stores would wait for the disk most of the time.
    pub(super) fn fast() -> Self {
        let memory = Path::new("/dev/shm");
        if memory.is_dir() { Self::below(memory) } else { Self::new() }
    }

    fn below(parent: &Path) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = parent.join(format!("dash-store-{}-{number}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self { path, _quiet: set_default(tracing_subscriber::registry()) }
    }

    /// The directory of the store. It is not there before the store is opened.
    pub(in super::super) fn path(&self) -> PathBuf {
        self.path.join("data")
    }

    /// A store that writes its tables again and again.
    pub(in super::super) fn open_small(&self) -> DiskStore {
        DiskStore::open_sized(&self.path(), SMALL).unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.path);
    }
}

/// Files with their bytes.
pub(super) type Files = BTreeMap<PathBuf, Vec<u8>>;

fn entry(table: Table, key: &str, value: &[u8]) -> Entry {
    Entry { table, key: key.into(), value: Some(value.to_vec()) }
}

fn refused(path: &Path) -> StoreError {
    DiskStore::open(path).expect_err("the store is opened")
}

fn assert_says(error: &StoreError, fault: StoreFault, text: &str) {
    assert!(error.fault() == fault && error.to_string().contains(text), "{error:?} is not {fault:?} with {text:?}");
}

/// The bytes of a file. A journal is 64 MiB long, and has zeros behind what is in it.
fn bytes(path: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut file = fs::File::open(path).unwrap();
    if path.extension().is_none_or(|extension| extension != "jnl") {
        file.read_to_end(&mut bytes).unwrap();
        return bytes;
    }
    let mut chunk = vec![0; 1 << 16];
    loop {
        let len = file.read(&mut chunk).unwrap();
        bytes.extend(&chunk[..len]);
        if len == 0 || chunk[..len].iter().all(|byte| *byte == 0) {
            let end = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
            bytes.truncate(end);
            return bytes;
        }
    }
}

/// The newest journal in this folder.
fn newest_journal(folder: &Path) -> PathBuf {
    super::journal::list(&folder.join("db")).unwrap().pop().unwrap().1
}

/// Each file below the folder with its bytes, by its path from there.
pub(super) fn files(folder: &Path) -> Files {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.insert(path.strip_prefix(folder).unwrap().to_owned(), bytes(&path));
            }
        }
    }
    found
}

pub(super) fn write_files(folder: &Path, files: &Files) {
    let _ = fs::remove_dir_all(folder);
    for (path, bytes) in files {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    // A store without history blocks has an empty folder for them.
    for keyspace in 0..3 {
        fs::create_dir_all(folder.join(format!("db/keyspaces/{keyspace}/tables"))).unwrap();
    }
}

#[cfg(unix)]
#[test]
fn the_directory_is_for_this_user_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Folder::new();
    drop(DiskStore::open(folder.path().join("deep")).unwrap());
    let mode = |path: &str| fs::metadata(folder.path().join(path)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(""), mode("deep"), mode("deep/lock")), (0o700, 0o700, 0o600));
}

#[test]
fn a_directory_that_is_in_use_is_refused() {
    let folder = Folder::new();
    let store = DiskStore::open(folder.path()).unwrap();
    let text = "data: another process uses this directory; stop it or name another directory";
    assert_says(&refused(&folder.path()), StoreFault::InUse, text);
    drop(store);
    DiskStore::open(folder.path()).unwrap();
}

#[test]
fn a_newer_format_is_refused() {
    let folder = Folder::new();
    drop(DiskStore::open(folder.path()).unwrap());
    for (file, newer, text) in [
        ("format", &b"dash-devices store 3\n"[..], "(format 3, known up to 2)"),
        ("db/version", b"FJL\x04", "(format 4, known up to 3)"),
    ] {
        let path = folder.path().join(file);
        let before = fs::read(&path).unwrap();
        fs::write(&path, newer).unwrap();
        assert_says(&refused(&folder.path()), StoreFault::NewerVersion, text);
        fs::write(&path, before).unwrap();
    }
    DiskStore::open(folder.path()).unwrap();
}

#[test]
fn a_directory_of_the_first_format_is_read_and_becomes_one_of_this_format() {
    let folder = Folder::new();
    let store = DiskStore::open(folder.path()).unwrap();
    store.append(&[entry(Table::States, "a", b"1"), entry(Table::Histories, "b", b"2")], Level::Power).unwrap();
    drop(store);
    fs::remove_file(folder.path().join("recent")).unwrap();
    fs::write(folder.path().join("format"), "dash-devices store 1\n").unwrap();
    let store = DiskStore::open(folder.path()).unwrap();
    assert_eq!(store.load(Table::States, b"").unwrap(), [(b"a".into(), b"1".into())]);
    assert_eq!(store.load(Table::Histories, b"").unwrap(), [(b"b".into(), b"2".into())]);
    assert_eq!(fs::read(folder.path().join("format")).unwrap(), b"dash-devices store 2\n");
}

#[test]
fn a_file_is_no_directory() {
    let folder = Folder::new();
    fs::write(folder.path(), "a file").unwrap();
    for path in [folder.path(), folder.path().join("below")] {
        let text = "is not a directory; name a directory for the store";
        assert_says(&refused(&path), StoreFault::Io, text);
    }
}

#[test]
fn a_directory_with_other_files_is_left_alone() {
    let folder = Folder::new();
    fs::create_dir(folder.path()).unwrap();
    fs::write(folder.path().join("letter.txt"), "Dear all").unwrap();
    let text = "it is no store, but has other files; name a new or an empty directory";
    assert_says(&refused(&folder.path()), StoreFault::Io, text);
    assert_eq!(files(&folder.path()).len(), 1);
}

#[cfg(unix)]
#[test]
fn a_directory_without_the_right_to_write_is_refused() {
    use std::os::unix::fs::PermissionsExt as _;
    if rustix::process::geteuid().is_root() {
        // Root may write everywhere. `a_read_only_disk_is_refused` is for root.
        return;
    }
    let folder = Folder::new();
    fs::create_dir(folder.path()).unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o500)).unwrap();
    let error = refused(&folder.path());
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).unwrap();
    assert_says(&error, StoreFault::ReadOnly, "cannot be written; the program needs the right to write there");
}

#[test]
fn a_creation_that_did_not_end_is_made_again() {
    let folder = Folder::new();
    let done = Folder::new();
    drop(DiskStore::open(done.path()).unwrap());
    // Each moment between two steps: the lock, the format, the database that is made, its name.
    let whole = files(&done.path());
    let at =
        |paths: &[&str]| paths.iter().map(|path| (PathBuf::from(path), whole[&PathBuf::from(path)].clone())).collect();
    let mut steps: Vec<Files> = vec![at(&[]), at(&["lock"]), at(&["lock", "format"])];
    let mut made = steps[2].clone();
    made.insert("db.new/0.jnl".into(), Vec::new());
    made.insert("format.new".into(), Vec::new());
    steps.push(made);
    for step in steps {
        let _ = fs::remove_dir_all(folder.path());
        fs::create_dir(folder.path()).unwrap();
        for (path, bytes) in step {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
        let store = DiskStore::open(folder.path()).unwrap();
        store.append(&[entry(Table::States, "a", b"1")], Level::Power).unwrap();
    }
}

/// What the sample store has: the newest value of each key.
type Kept = BTreeMap<(Table, Vec<u8>), Vec<u8>>;

fn record(key: &str, number: u64) -> Vec<u8> {
    let body = format!("value {number} of {key} {}", "x".repeat(number as usize % 50));
    Record { epoch: 7, rev: number, time: number, body: body.as_bytes() }.to_bytes(key.as_bytes())
}

/// The files of a store with tables in both keyspaces and a journal, what is in it, and every value that was ever in it.
fn sample() -> (Files, Kept) {
    let folder = Folder::fast();
    let mut kept = Kept::new();
    for round in 0..3 {
        let store = DiskStore::open_sized(&folder.path(), Memtables::both(4000)).unwrap();
        for number in 0..40_u64 {
            let state = format!("state {}", number % 7);
            let block = format!("block {:05}", number + round * 100);
            let entries = [(Table::States, state), (Table::Histories, block)].map(|(table, key)| {
                let value = record(&key, number + round * 100);
                kept.insert((table, key.clone().into_bytes()), value.clone());
                entry(table, &key, &value)
            });
            store.append(&entries, if number % 10 == 0 { Level::Power } else { Level::Crash }).unwrap();
        }
        // Something to find in the tables, whenever the thread of fjall gets there.
        let begin = Instant::now();
        let files = store.files().unwrap();
        while [&files.states, &files.histories].iter().any(|keyspace| keyspace.table_count() == 0) {
            assert!(begin.elapsed() < Duration::from_secs(60), "no table is written");
            std::thread::sleep(Duration::from_millis(1));
        }
        store.append(&[], Level::Power).unwrap();
    }
    (files(&folder.path()), kept)
}

fn everything(store: &DiskStore) -> Result<Kept, StoreError> {
    let mut found = Kept::new();
    for table in [Table::States, Table::Histories] {
        found.extend(store.load(table, b"")?.into_iter().map(|(key, value)| ((table, key), value)));
        let mut backwards: Vec<Pair> = Vec::new();
        store.range(table, b"".as_slice()..&[255], Order::Descending, &mut |key, value| {
            backwards.push((key.to_vec(), value.to_vec()));
            ControlFlow::Continue(())
        })?;
        let forwards = found.iter().filter(|((of, _), _)| *of == table).map(|((_, key), value)| (key, value));
        assert!(backwards.iter().rev().map(|(key, value)| (key, value)).eq(forwards));
    }
    Ok(found)
}

/// Opens a store with these files. It must have what was kept, or say that it is damaged. Then nothing of it may be lost:
/// with the damaged files as they were it has what was kept.
fn whole_or_damaged(folder: &Folder, files_now: &Files, good: &Files, kept: &Kept, what: &str) -> Option<StoreError> {
    write_files(&folder.path(), files_now);
    let error = match DiskStore::open(folder.path()).and_then(|store| everything(&store)) {
        Ok(found) => {
            assert!(found == *kept, "{what}: something else is read");
            return None;
        }
        Err(error) => error,
    };
    assert!(
        matches!(error.fault(), StoreFault::Damaged | StoreFault::NewerVersion),
        "{what} is not reported as damage: {error:?}"
    );
    for path in files_now.keys().filter(|path| !good.contains_key(*path)) {
        fs::remove_file(folder.path().join(path)).unwrap();
        // It may have been the only one in its folder.
        let _ = fs::remove_dir(folder.path().join(path).parent().unwrap());
    }
    for (path, bytes) in good.iter().filter(|(path, bytes)| files_now.get(*path) != Some(*bytes)) {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    let store = DiskStore::open(folder.path()).unwrap_or_else(|error| panic!("{what}, repaired: {error:?}"));
    assert!(everything(&store).unwrap() == *kept, "{what}, repaired: something is lost");
    Some(error)
}

#[test]
fn a_changed_bit_in_any_file_is_found_or_harmless() {
    let (files, kept) = sample();
    let folder = Folder::fast();
    assert!(whole_or_damaged(&folder, &files, &files, &kept, "nothing").is_none());
    let rounds: usize = std::env::var("DASH_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(30);
    let mut harmless = BTreeMap::<PathBuf, usize>::new();
    for (path, bytes) in files.iter().filter(|(path, _)| !path.ends_with("lock")) {
        // A prime, so that the bits are spread too.
        let step = (bytes.len() * 8 / rounds).max(1) | 1;
        for bit in (0..bytes.len() * 8).step_by(step) {
            let mut changed = files.clone();
            changed.get_mut(path).unwrap()[bit / 8] ^= 1 << (bit % 8);
            let what = format!("bit {bit} of {}", path.display());
            match whole_or_damaged(&folder, &changed, &files, &kept, &what) {
                None => *harmless.entry(path.clone()).or_default() += 1,
                Some(error) if error.fault() == StoreFault::Damaged => {
                    let name = path.to_string_lossy().into_owned();
                    // A list that is named wrongly is reported as the list that is named.
                    assert!(
                        error.to_string().contains(&name) || path.ends_with("current") || path.ends_with("secured"),
                        "{what} is reported as: {error}"
                    );
                    assert!(error.to_string().contains("move the directory of the store away"), "{error}");
                }
                Some(_) => {}
            }
        }
    }
    println!("changed bits without consequence: {harmless:?}");
    for certain in ["format", "db/version", "db/keyspaces/1/current"] {
        assert!(!harmless.contains_key(Path::new(certain)), "a changed bit in {certain} is not found");
    }
}

#[test]
fn a_missing_or_cut_file_is_found_or_harmless() {
    let (files, kept) = sample();
    let folder = Folder::fast();
    for (path, bytes) in &files {
        let mut changed = files.clone();
        changed.remove(path);
        let harmless =
            whole_or_damaged(&folder, &changed, &files, &kept, &format!("without {}", path.display())).is_none();
        // The lock and the mark are made again. Old lists are only waste.
        let known = path.ends_with("lock") || path.ends_with("secured") || !path.starts_with("db");
        assert!(
            !harmless || known || path.file_name().unwrap().to_string_lossy().starts_with('v'),
            "{}",
            path.display()
        );
        for len in [0, 1, bytes.len() / 2, bytes.len().saturating_sub(1)] {
            let mut changed = files.clone();
            changed.get_mut(path).unwrap().truncate(len);
            whole_or_damaged(&folder, &changed, &files, &kept, &format!("{} of {len} bytes", path.display()));
        }
    }
}

#[test]
fn a_missing_or_foreign_folder_removes_nothing() {
    let (files, kept) = sample();
    let folder = Folder::fast();
    for keyspace in 0..3 {
        let mut changed = files.clone();
        changed.retain(|path, _| !path.starts_with(format!("db/keyspaces/{keyspace}")));
        assert!(whole_or_damaged(&folder, &changed, &files, &kept, &format!("without keyspace {keyspace}")).is_some());
    }
    // Which numbers the tables of the sample have depends on how busy the machine was.
    let folder_of_table = "db/keyspaces/1/tables/999999/9";
    assert!(!files.contains_key(Path::new(folder_of_table).parent().unwrap()));
    for foreign in ["db/keyspaces/7/current", "db/keyspaces/x/y", "db/keyspaces/1/tables/x", folder_of_table] {
        let mut changed = files.clone();
        changed.insert(foreign.into(), Vec::new());
        assert!(whole_or_damaged(&folder, &changed, &files, &kept, foreign).is_some(), "{foreign}");
    }
}

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
    let secured = super::secured::Secured { journal: 2, seqno: 1 };
    files.insert("secured".into(), secured.to_bytes().into());
    write_files(&folder.path(), &files);
    assert_says(&refused(&folder.path()), StoreFault::Damaged, "2.jnl: damaged: it is missing");
}

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
    while super::journal::list(&folder.path().join("db")).unwrap().len() > 1 {
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
        hole(super::fresh::FULL, behind);
        if next {
            fs::write(folder.path().join("db/2.jnl"), b"").unwrap();
        }
        assert_eq!(appends_in(&DiskStore::open(folder.path()).unwrap()), 4, "{} bytes, {next}", behind.len());
    }
    // A hole that ends earlier is none of ours.
    hole(super::fresh::FULL - 1, last);
    fs::write(folder.path().join("db/2.jnl"), b"").unwrap();
    assert_says(&refused(&folder.path()), StoreFault::Damaged, "1.jnl: damaged");
}

/// fjall's thread stood still for ever when it was asked for a table a thousand times while it wrote one.
#[test]
fn many_appends_in_a_row_are_written_to_tables() {
    const LARGEST: u64 = 16 * 1024;
    let folder = Folder::fast();
    let store = DiskStore::open_sized(&folder.path(), Memtables::both(LARGEST)).unwrap();
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
    let journals = super::journal::list(&folder.path().join("db")).unwrap();
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
