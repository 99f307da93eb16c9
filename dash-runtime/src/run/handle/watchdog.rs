//! The watchdog of a loop of the program.

use std::{fmt, sync::Arc};

use super::{PushError, backend::Backend};

/// Releases all held controls when a loop of the program stands still. [`Handle::watchdog`](super::Handle::watchdog) makes
/// it, and the loop feeds it in each round.
///
/// A watchdog that is dropped goes on watching: a loop that has panicked or returned early feeds it no more. A loop that
/// ends as it should calls [`end`](Self::end).
#[must_use = "nothing feeds a watchdog that is not kept, so that it releases all held controls for good"]
pub struct Watchdog {
    backend: Arc<dyn Backend>,
    number: u64,
}

impl fmt::Debug for Watchdog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Watchdog").field(&self.number).finish()
    }
}

impl Watchdog {
    pub(super) fn new(backend: Arc<dyn Backend>, number: u64) -> Self {
        Self { backend, number }
    }

    /// The loop runs. After a stall, people can hold controls again.
    ///
    /// # Errors
    /// [`Ended`](PushError::Ended) after the end of the dashboard.
    pub fn feed(&self) -> Result<(), PushError> {
        self.backend.feed_loop(self.number)
    }

    /// The loop ends, and nothing has to feed the watchdog any more.
    pub fn end(self) {
        // After the end of the dashboard there is nothing to watch.
        let _ = self.backend.end_loop(self.number);
    }
}
