//! Directories that cannot be used, and files that are damaged.

use std::{
    fs,
    path::PathBuf,
    sync::atomic::{AtomicU32, Ordering},
};

use super::DiskStore;

/// So small that nearly each append leads to a table.
pub(super) const SMALL: u64 = 256;

/// A folder for one test, which is removed behind it.
pub(in super::super) struct Folder(PathBuf);

impl Folder {
    pub(in super::super) fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("dash-store-{}-{number}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// The directory of the store. It is not there before the store is opened.
    pub(in super::super) fn path(&self) -> PathBuf {
        self.0.join("data")
    }

    /// A store that writes its tables again and again.
    pub(in super::super) fn open_small(&self) -> DiskStore {
        DiskStore::open_sized(&self.path(), SMALL).unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
