//! The round through all histories of a store. It closes those that are not in use, and removes what is too old of those that
//! are not open: of removed rows, and of charts that have had no samples for long.

use std::time::Duration;

use super::{Dates, Histories, Retention, Store, StoreError, behind, first_from, lock, tell};

/// How long after the last round the histories that are not open are looked at, for samples that are too old.
const ROUND: Duration = Duration::from_secs(3600);

/// The same for the first round.
const FIRST_ROUND: Duration = Duration::from_secs(60);

/// So many of them are looked at with one write of the others.
const AT_ONCE: usize = 16;

/// Where the round through all histories is.
#[derive(Debug)]
pub(super) struct Round {
    /// When it begins, or goes on, after the start of the thread.
    due: Duration,
    /// The first key that is not looked at yet.
    next: Vec<u8>,
}

impl Default for Round {
    fn default() -> Self {
        Self { due: FIRST_ROUND, next: Vec::new() }
    }
}

impl Histories {
    /// Looks at histories that are not open, some at a time: of removed rows, and of charts that have had no samples for
    /// long. At the begin of a round, what is not in use is closed.
    pub(super) fn go_round(&self, store: &dyn Store, since: Duration, dates: Dates) -> Result<(), StoreError> {
        let mut round = lock(&self.round);
        if since < round.due {
            return Ok(());
        }
        if round.next.is_empty() {
            self.close_unused();
        }
        for _ in 0..AT_ONCE {
            let Some(key) = first_from(store, &round.next)? else {
                *round = Round { due: since + ROUND, next: Vec::new() };
                return Ok(());
            };
            self.trim_closed(store, &key, dates)?;
            round.next = behind(&key);
        }
        Ok(())
    }

    fn close_unused(&self) {
        lock(&self.open).retain(|_, handle| handle.was_used() || !handle.may_be_closed(0));
    }

    /// Removes what is too old of a history that is not open.
    fn trim_closed(&self, store: &dyn Store, key: &[u8], dates: Dates) -> Result<(), StoreError> {
        let Some(kind) = self.kind(key).filter(|kind| kind.retention != Retention::default()) else { return Ok(()) };
        if lock(&self.open).contains_key(key) {
            return Ok(());
        }
        let history = match self.handle(key).open(store, key, &kind) {
            Ok(history) => history,
            Err(error) => {
                tell(key, &[format!("what is too old stays: {error}")]);
                return Ok(());
            }
        };
        // From here on, who uses it has the same one, and does not wait for this. A long one is done in several rounds.
        let written = self.write_one(store, key, &history, dates);
        let is_closed = {
            let mut open = lock(&self.open);
            // It is in use here.
            let is_unused = open.get(key).is_some_and(|handle| handle.may_be_closed(1));
            is_unused && open.remove(key).is_some()
        };
        let removal =
            Some(lock(&history)).filter(|history| is_closed && history.is_empty()).map(|history| history.removal());
        if written.is_ok()
            && let Some(removal) = removal
        {
            self.append(store, vec![removal])?;
        }
        written.map(drop)
    }
}
