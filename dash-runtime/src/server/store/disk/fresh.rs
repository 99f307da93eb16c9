//! Begins a new journal when the store opens.
//!
//! fjall gives a new journal its full size of 64 MiB at once. After a start it goes on with the old journal, without that
//! size, so the file grows with each append, and each append that is secured then writes the file's length too: 17 KB
//! instead of 5 KB. It begins a new journal only when the old one is larger than 64 MB. So the old one is made so large,
//! by a hole, when all that is in it is in the tables:
//!
//! 1. All entries are written to tables.
//! 2. The journal gets a hole up to [`FULL`].
//! 3. A removal of a key that never is there is appended behind the hole, and leads to a new journal.
//!
//! If the process ends meanwhile, only that removal is lost.

use std::{fs::OpenOptions, path::Path, thread, time::Duration};

use fjall::{Database, Keyspace, PersistMode};

use super::{Fault, journal};

/// fjall begins a new journal when the old one is larger than one byte less.
pub(super) const FULL: u64 = 64_000_001;

/// No entry has this key, because it is longer than [`Entry::LONGEST_KEY`](super::super::Entry::LONGEST_KEY).
const NO_KEY: [u8; 1025] = [0; 1025];

pub(super) fn begin(db: &Database, path: &Path, states: &Keyspace, histories: &Keyspace) -> Result<(), Fault> {
    for keyspace in [states, histories] {
        to_tables(db, keyspace)?;
    }
    let Some((old, file)) = journal::list(path).map_err(fjall::Error::Io)?.pop() else { return Ok(()) };
    let file = OpenOptions::new().write(true).open(file).map_err(fjall::Error::Io)?;
    if file.metadata().map_err(fjall::Error::Io)?.len() < FULL {
        file.set_len(FULL).map_err(fjall::Error::Io)?;
    }
    let mut batch = db.batch().durability(Some(PersistMode::Buffer));
    batch.remove(states, NO_KEY.as_slice());
    batch.commit()?;
    to_tables(db, states)?;
    let begun = path.join(format!("{}.jnl", old + 1));
    while !begun.try_exists().map_err(fjall::Error::Io)? {
        wait(db)?;
    }
    Ok(())
}

/// Writes all entries that are only in a journal and in memory to tables.
fn to_tables(db: &Database, keyspace: &Keyspace) -> Result<(), Fault> {
    keyspace.rotate_memtable()?;
    while keyspace.sealed_memtable_count() > 0 {
        wait(db)?;
    }
    Ok(())
}

/// Waits a little for fjall's thread. An error if it has ended.
fn wait(db: &Database) -> Result<(), Fault> {
    db.persist(PersistMode::Buffer)?;
    thread::sleep(Duration::from_micros(200));
    Ok(())
}
