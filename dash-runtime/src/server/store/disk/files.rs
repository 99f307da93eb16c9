//! The files of fjall, and what is done with them beside its own ways.

use std::{path::Path, thread, time::Duration};

use fjall::{
    AbstractTree as _, CompressionType, Database, Keyspace, KeyspaceCreateOptions, PersistMode,
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

/// The open files of fjall.
pub(super) struct Files {
    pub(super) db: Database,
    pub(super) states: Keyspace,
    pub(super) histories: Keyspace,
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
    pub(super) fn wait_for_room(&self) -> Result<(), Fault> {
        const SEALED: usize = 3;
        const UNSORTED: usize = 16;
        let full =
            |keyspace: &Keyspace| keyspace.sealed_memtable_count() >= SEALED || keyspace.l0_table_count() >= UNSORTED;
        while full(&self.states) || full(&self.histories) {
            // An error if the thread has ended.
            self.db.persist(PersistMode::Buffer)?;
            thread::sleep(Duration::from_millis(2));
        }
        Ok(())
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

pub(super) fn open_db(path: &Path) -> Result<(Database, Keyspace, Keyspace), Fault> {
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
    })?;
    Ok((db, states, histories))
}
