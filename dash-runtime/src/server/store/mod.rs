//! The store: what a dashboard keeps when its process ends.
//!
//! [`Store`] is a map in two tables, with keys in order. What is in it is decided above: `record.rs` has the form of each
//! value, with the run and the revision that it is from, and a checksum.

#[cfg(test)]
mod contract;
#[cfg(feature = "store")]
mod disk;
mod error;
mod flush;
mod histories;
mod memory;
mod record;
mod trim_clock;
mod writer;

use std::{
    fmt,
    ops::{ControlFlow, Range},
};

#[cfg(feature = "store")]
pub use disk::DiskStore;
pub use error::{StoreError, StoreFault};
pub use flush::Flush;
pub use memory::MemoryStore;
pub(super) use record::{NoRecord, Record};
pub(crate) use writer::{Here, Keeper};
pub(super) use writer::{Writer, load};

/// A part of a store. Each is written and read in its own way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Table {
    /// The last value of each property that is kept. Small, written again and again, read as a whole at the start.
    States,
    /// Blocks of samples, each written once, and read by their time.
    Histories,
}

/// What an entry survives when its append has returned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// The end of the process at any moment, also by `kill -9`. The operating system has the entry, but a power failure
    /// in the next seconds may lose it. Costs microseconds.
    Crash,
    /// A power failure. The entry, and each entry that was appended before it, is on the disk.
    Power,
}

/// The direction in which a range is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// The smallest key first.
    Ascending,
    /// The largest key first.
    Descending,
}

/// What one key holds from now on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The table that it is in.
    pub table: Table,
    /// 1 to 1 024 bytes, compared byte by byte.
    pub key: Vec<u8>,
    /// The new value, of at most 16 MiB, or `None` to remove the key.
    pub value: Option<Vec<u8>>,
}

/// A key with its value.
pub type Pair = (Vec<u8>, Vec<u8>);

/// Is given each key with its value, and says whether to go on.
pub type Visit<'a> = dyn FnMut(&[u8], &[u8]) -> ControlFlow<()> + 'a;

impl Entry {
    /// The longest key, in bytes.
    pub const LONGEST_KEY: usize = 1024;
    /// The largest value, in bytes.
    pub const LARGEST_VALUE: usize = 16 * 1024 * 1024;
}

/// Each implementation refuses the same entries, so that a test in memory finds what a store on disk would refuse.
fn check_entries(entries: &[Entry]) -> Result<(), StoreError> {
    for Entry { key, value, .. } in entries {
        let value = value.as_ref().map_or(0, Vec::len);
        let text = if key.is_empty() || key.len() > Entry::LONGEST_KEY {
            format!("a key of {} bytes: a key has 1 to {} bytes", key.len(), Entry::LONGEST_KEY)
        } else if value > Entry::LARGEST_VALUE {
            format!("a value of {value} bytes: a value has at most {} bytes", Entry::LARGEST_VALUE)
        } else {
            continue;
        };
        return Err(StoreError::new(StoreFault::Invalid, text));
    }
    Ok(())
}

/// Where a dashboard keeps what outlives its process. One process at a time has it open.
///
/// All methods may be called from several threads. They may wait for a disk, so they are called neither under a lock that
/// others need nor in a task. Only [`append_now`](Self::append_now) is called where a wait would hold up the answer to one page.
pub trait Store: fmt::Debug + Send + Sync + 'static {
    /// Writes these entries in their order: all of them or, if the process or the power ends meanwhile, none. An append
    /// without entries at [`Level::Power`] secures what was appended before.
    ///
    /// # Errors
    /// If it cannot be written. Then nothing of it is visible now. After [`StoreFault::Invalid`] the store goes on. After
    /// [`StoreFault::Full`] each append fails at once with the same error until there is room; then the one that has failed
    /// is there as a whole or not at all, and those since the last success at [`Level::Power`] may be missing, so the caller
    /// appends them again. After any other error no append succeeds any more, because it is not known what is on the disk:
    /// each one fails at once, with [`StoreFault::Broken`].
    fn append(&self, entries: &[Entry], level: Level) -> Result<(), StoreError>;

    /// The same as [`append`](Self::append) at [`Level::Crash`], if that takes microseconds: for example a copy to memory that the
    /// operating system writes to a disk later. `None`: it would take longer, and nothing has happened. Then `append` is called,
    /// in another thread.
    ///
    /// A page waits for each command until its values are written. With this method it waits less, because no other thread has to
    /// wake up for it. Without it, it is never so.
    ///
    /// # Errors
    /// The same as [`append`](Self::append).
    fn append_now(&self, entries: &[Entry]) -> Option<Result<(), StoreError>> {
        let _ = entries;
        None
    }

    /// Calls `visit` for the keys from `keys.start` up to, but without, `keys.end`, until it breaks off. It sees each
    /// append that returned before.
    ///
    /// # Errors
    /// If something cannot be read. The entries before it have been visited.
    fn range(&self, table: Table, keys: Range<&[u8]>, order: Order, visit: &mut Visit<'_>) -> Result<(), StoreError>;

    /// Removes the keys from `keys.start` up to, but without, `keys.end`. After the end of the process some of them may
    /// be there again.
    ///
    /// # Errors
    /// The same as [`append`](Self::append).
    fn trim(&self, table: Table, keys: Range<&[u8]>) -> Result<(), StoreError>;

    /// All entries whose keys begin with `prefix`, with the keys in ascending order.
    ///
    /// # Errors
    /// The same as [`range`](Self::range).
    fn load(&self, table: Table, prefix: &[u8]) -> Result<Vec<Pair>, StoreError> {
        let mut loaded = Vec::new();
        let end = after(prefix);
        self.range(table, prefix..&end, Order::Ascending, &mut |key, value| {
            loaded.push((key.to_vec(), value.to_vec()));
            ControlFlow::Continue(())
        })?;
        Ok(loaded)
    }
}

/// The store that a program has chosen.
pub(super) enum Place {
    /// A directory.
    #[cfg(feature = "store")]
    Directory(std::path::PathBuf),
    Own(Box<dyn Store>),
}

impl Place {
    /// Opens it.
    pub(super) fn open(self) -> Result<Box<dyn Store>, StoreError> {
        match self {
            #[cfg(feature = "store")]
            Self::Directory(path) => Ok(Box::new(DiskStore::open(path)?)),
            Self::Own(store) => Ok(store),
        }
    }
}

/// The smallest key that is larger than each key with this prefix, as far as keys are not longer than
/// [`Entry::LONGEST_KEY`].
fn after(prefix: &[u8]) -> Vec<u8> {
    let mut end = prefix.to_vec();
    while let Some(last) = end.pop() {
        if let Some(next) = last.checked_add(1) {
            end.push(next);
            return end;
        }
    }
    vec![u8::MAX; Entry::LONGEST_KEY + 1]
}
