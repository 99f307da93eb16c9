//! Values of a command are written by the thread that has handled it.
//!
//! To wake the thread of the store up and to be woken up by it takes ten times as long as the write, which is a copy to
//! memory of the operating system. So a socket writes what its command has changed after the quick callbacks, in the same
//! run in place: if the operating system lets it wait, what it holds up goes on elsewhere (`driver/in_place.rs`).
//!
//! The thread of the store does it as before if it is at work at that moment, for example with a flush, if there are events
//! to be written with the values, if the disk was slow or has failed, or if the store has no place where a write is quick
//! ([`Store::append_now`](super::Store::append_now)).

use std::{
    mem,
    sync::{Arc, atomic::Ordering},
};

use super::{Shared, Values, Writer, lock};

/// More values are left to the thread of the store.
const FEW: usize = 64;

/// As long as it is there, the thread of the store is not woken up for values. When it goes, the thread is woken up for what
/// is left.
#[derive(Debug)]
pub(crate) struct Here(Arc<Writer>);

impl Here {
    pub(super) fn new(writer: &Arc<Writer>) -> Self {
        writer.shared.here.fetch_add(1, Ordering::SeqCst);
        Self(Arc::clone(writer))
    }

    /// Whether somebody will be told of values that are not written yet.
    pub(crate) fn has_values(&self) -> bool {
        let shared = &self.0.shared;
        shared.told.load(Ordering::Acquire) > *shared.written.borrow() && !shared.is_behind.load(Ordering::Acquire)
    }

    /// Writes what waits, if that is quick. The thread may have to wait nevertheless, so others must not wait for it.
    pub(crate) fn write(self) {
        if self.has_values()
            && let Ok(mut work) = self.0.work.try_lock()
            && let Some(work) = work.as_mut()
        {
            let now = work.now();
            work.write_here(&self.0.shared, now);
        }
    }
}

impl Drop for Here {
    fn drop(&mut self) {
        let shared = &self.0.shared;
        // Before: what is put from now on wakes the thread up.
        shared.here.fetch_sub(1, Ordering::SeqCst);
        if lock(&shared.queue).news.is_any() {
            shared.wake.notify_one();
        }
    }
}

impl Shared {
    /// Takes the values that wait, and the number of the newest one, if they are few and nothing is written with them.
    pub(super) fn take_values(&self) -> Option<(Values, u64)> {
        let mut queue = lock(&self.queue);
        let is_right = (1..=FEW).contains(&queue.waiting.len()) && !queue.news.has_ended;
        if !is_right || self.histories.has_events() {
            return None;
        }
        (queue.news.is_changed, queue.news.is_awaited) = (false, false);
        Some((mem::take(&mut queue.waiting), self.queued.load(Ordering::Acquire)))
    }
}
