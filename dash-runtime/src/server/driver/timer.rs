//! When the engine is told the time.

use std::{
    future,
    sync::{Arc, Weak},
    time::{Duration, Instant},
};

use tokio::sync::Notify;

use super::{Driver, Shared, in_place::PATIENCE, lock};

impl Driver {
    /// Wants to be told the time at `timeout`, or before.
    pub(super) fn arm(&self, timeout: Duration) {
        let mut armed = lock(&self.shared.armed);
        if armed.is_none_or(|armed| timeout < armed) {
            *armed = Some(timeout);
            self.shared.timer.notify_one();
        }
    }

    /// When the engine is to be told the time.
    fn armed(&self) -> Option<Instant> {
        lock(&self.shared.armed).map(|timeout| self.shared.started + timeout)
    }

    /// After a timeout, for the next one.
    fn arm_anew(&self) {
        // Under both locks, so that an event in between does not see what was there before.
        let engine = lock(&self.shared.engine);
        let in_place = lock(&self.shared.in_place);
        let slow = in_place.iter().map(|run| (run.since() + PATIENCE).duration_since(self.shared.started));
        *lock(&self.shared.armed) = slow.chain(engine.next_timeout()).min();
    }
}

/// Tells the engine when a timeout is over. Holds no driver while it sleeps: the last one that is dropped takes the
/// device along.
///
/// Sleeps until what it was armed for even if nothing is due by then: each command makes a timeout and mostly unmakes it
/// at once, and this task is not to wake up for every one of them.
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
                driver.event(|engine, now, fx| engine.timeout(now, fx));
                driver.arm_anew();
            },
            () = timer.notified() => {}
        }
    }
}
