//! The timer: tells the engine when a timeout has passed.

use std::{
    future,
    sync::{Arc, Weak},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use tokio::sync::Notify;

use super::{Driver, Shared, in_place::PATIENCE, lock};

impl Driver {
    /// Sets the timer to `timeout`, unless it is set to an earlier time.
    pub(super) fn arm(&self, timeout: Duration) {
        let mut armed = lock(&self.shared.armed);
        if armed.is_none_or(|armed| timeout < armed) {
            *armed = Some(timeout);
            self.shared.timer.notify_one();
        }
    }

    /// The time that the timer is set to.
    fn armed(&self) -> Option<Instant> {
        lock(&self.shared.armed).map(|timeout| self.shared.started + timeout)
    }

    /// Sets the timer again after a timeout.
    fn rearm(&self) {
        // With both locks, so that an event in between cannot be missed.
        let engine = lock(&self.shared.engine);
        let in_place = lock(&self.shared.in_place);
        let slow = in_place.iter().map(|run| (run.since() + PATIENCE).duration_since(self.shared.started));
        *lock(&self.shared.armed) = slow.chain(engine.next_timeout()).min();
    }
}

/// Tells the engine when a timeout has passed. It has only a weak reference while it sleeps, because dropping the last
/// driver drops the device.
///
/// It sleeps until the time that was set, even if that timeout has been removed in the meantime. Each command sets a
/// timeout and usually removes it at once, and this task must not wake up for each of them.
pub(super) async fn keep_time(shared: Weak<Shared>, timer: Arc<Notify>) {
    let driver = || shared.upgrade().map(|shared| Driver { shared });
    while let Some(until) = driver().map(|driver| driver.armed()) {
        let over = async {
            match until {
                Some(until) => tokio::time::sleep_until(until.into()).await,
                None => future::pending().await,
            }
        };
        tokio::select! {
            () = over => if let Some(driver) = driver() {
                driver.hand_off_slow();
                driver.event(|engine, now, fx| {
                    if engine.shows_record() {
                        let unix = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
                        engine.began_at(unix.saturating_sub(now));
                    }
                    engine.timeout(now, fx);
                });
                driver.rearm();
            },
            () = timer.notified() => {}
        }
    }
}
