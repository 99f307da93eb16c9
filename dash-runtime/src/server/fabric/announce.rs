//! The owner's values in the lists of relays. They go with each beat, and by themselves when they have changed.
//!
//! Nothing waits in a queue: what is sent is what the values are at that moment, so the newest one wins. Relays need not
//! get each of them.

use std::{sync::Arc, time::Duration};

use futures_util::future::select_all;
use tokio::{
    sync::watch,
    time::{Instant, sleep},
};

use super::owner::Tenure;
use crate::{
    engine::fleet::{Announced, MOST},
    server::driver::Driver,
    words::log,
};

/// The shortest time between two announcements.
pub(super) const EACH: Duration = Duration::from_millis(500);

/// The values of all dashboards of a program.
#[derive(Clone)]
pub(super) struct Announcing {
    drivers: Vec<Driver>,
    values: Arc<watch::Sender<Arc<[Announced]>>>,
}

impl Announcing {
    /// `drivers` are those of all dashboards of the program.
    pub(super) fn new(drivers: &[Driver]) -> Self {
        let drivers: Vec<_> =
            drivers.iter().filter(|driver| driver.with_engine(|engine| engine.has_fleet())).cloned().collect();
        let count: usize = drivers.iter().map(|driver| driver.with_engine(|engine| engine.fleet().len())).sum();
        if count > MOST {
            log::warn(&format_args!(
                "the dashboards of this program have {count} values with `#[fleet]` together: relays list the first {MOST}"
            ));
        }
        let announcing = Self { drivers, values: Arc::new(watch::Sender::new([].into())) };
        announcing.read();
        announcing
    }

    /// The values as they were announced last.
    pub(super) fn values(&self) -> Vec<Announced> {
        self.values.borrow().to_vec()
    }

    /// Reads the values. Returns whether they have changed.
    fn read(&self) -> bool {
        let all = self.drivers.iter().flat_map(|driver| driver.with_engine(|engine| engine.fleet()));
        let all: Arc<[Announced]> = all.take(MOST).collect();
        self.values.send_if_modified(|known| {
            let is_new = *known != all;
            if is_new {
                *known = all;
            }
            is_new
        })
    }

    /// Calls `announce` when the values have changed, at most once per [`EACH`], and while relays can reach the program.
    /// What changes while they cannot goes with the next beat.
    pub(super) async fn run(self, tenure: watch::Receiver<Tenure>, announce: impl AsyncFn(&str)) {
        let mut published: Vec<_> = self.drivers.iter().map(Driver::published).collect();
        while !published.is_empty() {
            let any = select_all(published.iter_mut().map(|published| Box::pin(published.changed())));
            if any.await.0.is_err() {
                // A dashboard ends, and with it the program.
                return;
            }
            published.iter_mut().for_each(|published| _ = published.borrow_and_update());
            if !self.read() {
                continue;
            }
            let held = match &*tenure.borrow() {
                Tenure::Held { link, until } if Instant::now() < *until => Some(Arc::clone(link)),
                _ => None,
            };
            if let Some(link) = held {
                announce(&link).await;
            }
            sleep(EACH).await;
        }
    }
}
