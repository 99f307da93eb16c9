//! A history in use.

use std::sync::{
    Arc, Mutex, OnceLock,
    atomic::{AtomicBool, Ordering},
};

use super::{Kind, Series, Store, StoreError, lock, tell};

/// A history in use. What takes time, the opening and the search for places of late records, is done without the lock of the
/// history, so only those wait for it who need its result.
#[derive(Debug, Default)]
pub(super) struct Handle {
    /// Held by who opens the history or gives it samples: it is opened once, gets its samples in their order, and nobody reads
    /// it in between.
    pub(super) taking: Mutex<()>,
    history: OnceLock<Arc<Mutex<Series>>>,
    /// Whether it had a sample or a reader since the last round.
    is_used: AtomicBool,
}

impl Handle {
    pub(super) fn used(&self) {
        self.is_used.store(true, Ordering::Relaxed);
    }

    /// The history, if it is opened.
    pub(super) fn history(&self) -> Option<&Arc<Mutex<Series>>> {
        self.history.get()
    }

    /// The history, which is opened if it is not open yet.
    ///
    /// # Errors
    /// As [`Series::open`].
    pub(super) fn open(&self, store: &dyn Store, key: &[u8], kind: &Kind) -> Result<Arc<Mutex<Series>>, StoreError> {
        if let Some(history) = self.history() {
            return Ok(Arc::clone(history));
        }
        let _taking = lock(&self.taking);
        if let Some(history) = self.history() {
            return Ok(Arc::clone(history));
        }
        let (history, told) = Series::open(store, key, kind)?;
        tell(key, &told);
        Ok(Arc::clone(self.history.get_or_init(|| Arc::new(Mutex::new(history)))))
    }

    /// Whether nobody uses it now besides so many who ask, and nothing is lost when it is closed.
    pub(super) fn may_be_closed(self: &Arc<Self>, who_ask: usize) -> bool {
        let is_free =
            |history: &Arc<Mutex<Series>>| Arc::strong_count(history) == 1 + who_ask && lock(history).is_at_rest();
        Arc::strong_count(self) == 1 && self.history().is_none_or(is_free)
    }

    /// Whether it was used since the last call.
    pub(super) fn was_used(&self) -> bool {
        self.is_used.swap(false, Ordering::Relaxed)
    }
}
