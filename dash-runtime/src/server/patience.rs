//! How long the server waits for the other end of a connection while bytes come or go.

use std::{
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use tokio::time::{Instant, Sleep, sleep};

/// The least rate, in bytes per second. A modem of the slowest kind is faster.
const LEAST_RATE: f64 = 1024.0;

/// Bounds the time in which the other end is waited for. Each byte gives back the time that it takes at the least rate. So
/// neither a pause nor a byte now and then keeps a place of the server, and a slow link with progress goes on. The time in
/// which nothing is waited for does not count.
#[derive(Debug)]
pub(super) struct Patience {
    most: Duration,
    /// For how long the other end may still be waited for. At most `most`.
    left: Duration,
    /// While it is waited for: since when, and until when.
    waiting: Option<(Instant, Pin<Box<Sleep>>)>,
}

impl Patience {
    /// Waits for at most this time without progress.
    pub(super) const fn new(most: Duration) -> Self {
        Self { most, left: most, waiting: None }
    }

    /// So many bytes have come or gone.
    pub(super) fn progress(&mut self, bytes: usize) {
        let waited = self.waiting.take().map_or(Duration::ZERO, |(since, _)| since.elapsed());
        // No part of a transfer has so many bytes that this is inexact by more than a moment.
        #[allow(clippy::cast_precision_loss, reason = "a part of a transfer is far smaller than 2^52 bytes")]
        let earned = Duration::from_secs_f64(bytes as f64 / LEAST_RATE);
        self.left = self.left.saturating_sub(waited).saturating_add(earned).min(self.most);
    }

    /// The other end is waited for. Ready when that has taken too long.
    pub(super) fn wait(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let left = self.left;
        let (_, waiting) = self.waiting.get_or_insert_with(|| (Instant::now(), Box::pin(sleep(left))));
        waiting.as_mut().poll(cx)
    }
}
