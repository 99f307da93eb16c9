//! The files of fjall, and what is done with them beside its own ways.

use std::{
    path::Path,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use fjall::{
    AbstractTree as _, CompressionType, Database, Keyspace, KeyspaceCreateOptions, PersistMode,
    compaction::Leveled,
    config::{BlockSizePolicy, CompressionPolicy, FilterPolicy},
};

use super::{
    super::{Entry, Table},
    Fault,
};

/// The blocks of the tables that are kept in memory, in bytes. A start and a chart read each block once.
const CACHE: u64 = 4 * 1024 * 1024;

/// The least that fjall accepts, in bytes. It is the size from which the oldest journal is removed.
const JOURNALS: u64 = 64 * 1024 * 1024;

/// So many tables of histories are sorted into the others at once. A search looks at each that is not sorted.
const AT_ONCE: u8 = 12;

/// The open files of fjall.
pub(super) struct Files {
    pub(super) db: Database,
    pub(super) states: Keyspace,
    pub(super) histories: Keyspace,
    /// The size of a table that is sorted here, in bytes.
    pub(super) table: u64,
}

impl Files {
    pub(super) const fn keyspace(&self, table: Table) -> &Keyspace {
        match table {
            Table::States => &self.states,
            Table::Histories => &self.histories,
        }
    }

    pub(super) fn batch(&self, entries: &[Entry]) -> fjall::OwnedWriteBatch {
        let mut batch = self.db.batch();
        for Entry { table, key, value } in entries {
            match value {
                Some(value) => batch.insert(self.keyspace(*table), key.as_slice(), value.as_slice()),
                None => batch.remove(self.keyspace(*table), key.as_slice()),
            }
        }
        batch
    }

    /// About how many bytes are not in a table yet.
    pub(super) fn unsorted(&self) -> u64 {
        let size = |keyspace: &Keyspace| {
            keyspace.tree.active_memtable().size() * (1 + keyspace.sealed_memtable_count() as u64)
        };
        size(&self.states) + size(&self.histories)
    }

    /// Waits as long as fjall sorts more slowly than is written. fjall waits too, but for ever if its thread has ended.
    ///
    /// fjall sorts once behind each table that it writes, and chooses the level that is most above its size. So there may be
    /// too many unsorted tables when its thread has nothing left to do: then they are sorted here. `visible`: a sequence number
    /// that no snapshot that begins later is below.
    ///
    /// # Errors
    /// [`Fault::Behind`] if it takes longer than `patience`.
    pub(super) fn wait_for_room(&self, patience: Duration, visible: impl Fn() -> u64) -> Result<(), Fault> {
        let begun = Instant::now();
        loop {
            let full = [&self.states, &self.histories].into_iter().find(|keyspace| is_full(keyspace));
            let Some(keyspace) = full else { return Ok(()) };
            // An error if the thread has ended.
            self.db.persist(PersistMode::Buffer)?;
            if begun.elapsed() > patience {
                return Err(Fault::Behind);
            }
            if keyspace.sealed_memtable_count() == 0 {
                sort(keyspace, self.table, visible().saturating_sub(1))?;
            }
            thread::sleep(Duration::from_millis(2));
        }
    }

    /// Frees the memory of what is in tables now. By itself, fjall keeps it until as much has come again: a part of its list of
    /// versions, for snapshots that begin in the past, of which there are none here. Those that have begun have their own.
    ///
    /// No snapshot may begin meanwhile.
    pub(super) fn forget_sorted(&self) -> Result<(), Fault> {
        for keyspace in [&self.states, &self.histories] {
            if keyspace.sealed_memtable_count() == 0 && keyspace.tree.version_free_list_len() > 0 {
                let mut versions = keyspace.tree.get_version_history_lock();
                versions.maintenance(keyspace.path(), self.db.visible_seqno()).map_err(fjall::Error::from)?;
            }
        }
        Ok(())
    }
}

/// Whether so much is not sorted that writes have to wait. fjall itself waits from 30 unsorted tables on.
fn is_full(keyspace: &Keyspace) -> bool {
    const SEALED: usize = 3;
    const UNSORTED: usize = 20;
    keyspace.sealed_memtable_count() >= SEALED || keyspace.l0_table_count() >= UNSORTED
}

/// Sorts the unsorted tables into the first level of sorted ones, in tables of at least `table` bytes. What was replaced before
/// `seqno` is removed.
fn sort(keyspace: &Keyspace, table: u64, seqno: u64) -> Result<(), Fault> {
    let version = keyspace.tree.current_version();
    let first = version.iter_levels().skip(1).find(|level| !level.is_empty()).map_or(0, |level| level.size());
    // fjall chooses the unsorted tables if they are more than the first level has at this size. All further levels may have
    // any size.
    let size = (first / (keyspace.l0_table_count() as u64).max(1) + 1).max(table);
    let unsorted = Leveled::default()
        .with_l0_threshold(AT_ONCE)
        .with_table_target_size(size)
        .with_level_ratio_policy(vec![f32::MAX]);
    keyspace.tree.compact(Arc::new(unsorted), seqno).map_err(fjall::Error::from)?;
    Ok(())
}

/// Opens the database, or makes it. `table` is the size of a sorted table of histories, in bytes. A database that is there keeps
/// its own.
///
/// Each table that comes has the newest of all histories, so [`AT_ONCE`] of them are sorted into the whole first level of sorted
/// tables. That level has `table` times [`AT_ONCE`] bytes, and each further one ten times as much. With fjall's 64 MiB and 4, a
/// store with 12 days of histories wrote three times as much.
pub(super) fn open_db(path: &Path, table: u64) -> Result<(Database, Keyspace, Keyspace), Fault> {
    let db = Database::builder(path)
        .cache_size(CACHE)
        .max_journaling_size(JOURNALS)
        .max_cached_files(Some(64))
        .worker_threads(1)
        // The journal is read by `journal.rs` too. Histories are compressed in their tables.
        .journal_compression(CompressionType::None)
        .open()?;
    // In the order of their numbers in `check.rs`. No entry is looked up by its key alone, so filters would be for nothing.
    let options =
        || KeyspaceCreateOptions::default().max_memtable_size(u64::MAX).filter_policy(FilterPolicy::disabled());
    let states = db.keyspace("states", || options().data_block_compression_policy(CompressionPolicy::disabled()))?;
    let histories = db.keyspace("histories", || {
        options()
            .data_block_size_policy(BlockSizePolicy::all(16 * 1024))
            .data_block_compression_policy(CompressionPolicy::all(CompressionType::Lz4))
            .compaction_strategy(Arc::new(Leveled::default().with_table_target_size(table).with_l0_threshold(AT_ONCE)))
    })?;
    Ok((db, states, histories))
}
