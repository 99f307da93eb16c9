//! What the tests of the store on disk have in common.

mod damage;
mod directory;
mod full;
mod journals;
mod sorting;

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
    DiskStore, LIMITS, Limits, State,
};
use crate::server::lock;

/// So small that nearly each append leads to a table.
pub(super) const SMALL: Limits = Limits::both(256);

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

    /// The same, whose writes wait only for a moment until what was written before is in a table.
    pub(in super::super) fn open_impatient(&self) -> DiskStore {
        let limits = Limits { patience: Duration::from_millis(50), ..SMALL };
        DiskStore::open_sized(&self.path(), limits).unwrap()
    }
}

/// Runs something while the thread of fjall writes no table.
pub(in super::super) fn while_no_table_is_written<T>(store: &DiskStore, run: impl FnOnce() -> T) -> T {
    let files = store.files().unwrap();
    let _held = [files.states.tree.get_flush_lock(), files.histories.tree.get_flush_lock()];
    run()
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
    // The thread of fjall may have removed a file since it was listed.
    let Ok(mut file) = fs::File::open(path) else { return bytes };
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

fn record(key: &str, number: u64) -> Vec<u8> {
    let body = format!("value {number} of {key} {}", "x".repeat(number as usize % 50));
    Record { epoch: 7, rev: number, time: number, body: body.as_bytes() }.to_bytes(key.as_bytes())
}
