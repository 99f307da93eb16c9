//! A store in memory, for tests.

use std::{
    collections::BTreeMap,
    ops::{Bound, Range},
    sync::{Arc, Mutex},
};

use super::{Entry, Level, Order, Store, StoreError, Table, Visit, check_entries};
use crate::server::lock;

type Pairs = BTreeMap<Vec<u8>, Arc<[u8]>>;

/// A store in memory. A clone is the same store, so a test can give it to the dashboard that comes after a restart.
#[derive(Debug, Clone, Default)]
pub struct MemoryStore(Arc<Mutex<BTreeMap<Table, Arc<Pairs>>>>);

impl MemoryStore {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

impl Store for MemoryStore {
    fn append(&self, entries: &[Entry], _: Level) -> Result<(), StoreError> {
        check_entries(entries)?;
        let mut tables = lock(&self.0);
        for Entry { table, key, value } in entries {
            // Copied only if it is being read.
            let table = Arc::make_mut(tables.entry(*table).or_default());
            match value {
                Some(value) => _ = table.insert(key.clone(), value.as_slice().into()),
                None => _ = table.remove(key),
            }
        }
        Ok(())
    }

    fn append_now(&self, entries: &[Entry]) -> Option<Result<(), StoreError>> {
        Some(self.append(entries, Level::Crash))
    }

    fn range(&self, table: Table, keys: Range<&[u8]>, order: Order, visit: &mut Visit<'_>) -> Result<(), StoreError> {
        if keys.is_empty() {
            return Ok(());
        }
        // `visit` is foreign code, so it does not run under the lock. What is appended meanwhile is not in these pairs.
        let Some(pairs) = lock(&self.0).get(&table).cloned() else { return Ok(()) };
        let mut pairs = pairs.range::<[u8], _>((Bound::Included(keys.start), Bound::Excluded(keys.end)));
        let mut visit = |(key, value): (&Vec<u8>, &Arc<[u8]>)| visit(key, value);
        let _ = match order {
            Order::Ascending => pairs.try_for_each(&mut visit),
            Order::Descending => pairs.rev().try_for_each(&mut visit),
        };
        Ok(())
    }

    fn trim(&self, table: Table, keys: Range<&[u8]>) -> Result<(), StoreError> {
        if let Some(table) = lock(&self.0).get_mut(&table).filter(|_| !keys.is_empty()) {
            Arc::make_mut(table).retain(|key, _| !(keys.start <= key.as_slice() && key.as_slice() < keys.end));
        }
        Ok(())
    }
}
