//! A thread that only watches: whether callbacks give the runtime's threads back, whether the timer runs, and whether
//! the process stood still. It does not share a thread with any callback, so it also works when all other threads are
//! held up.

use std::{
    collections::BTreeMap,
    mem,
    sync::{Arc, Mutex, Weak},
    thread,
    time::{Duration, Instant},
};

use super::{Driver, Shared, lock};
use crate::{engine::lane::LaneId, words::log};

/// The time between two looks.
const TICK: Duration = Duration::from_millis(250);

/// If a look is later than this, the process stood still.
const STALL: Duration = Duration::from_secs(1);

/// For this time after a stall, a request may have waited since its beginning: the threads take what is in the buffers.
const DRAIN: Duration = Duration::from_secs(1);

/// A run by its queue and its number.
type Run = (LaneId, u64);

/// What the thread watches.
pub(super) struct Watchdog {
    /// The polls of `async fn` callbacks that are in progress.
    polls: Mutex<BTreeMap<Run, Poll>>,
    pulse: Mutex<Pulse>,
    /// Whether the thread ends. It is locked during a look.
    ended: Mutex<bool>,
}

struct Poll {
    since: Instant,
    reported: bool,
}

/// Shows whether the process runs.
struct Pulse {
    /// The last time at which it is known to have run.
    alive: Instant,
    /// The beginning and the end of the last stall.
    stall: Option<(Instant, Instant)>,
    /// The length of a stall that is not in the log yet.
    untold: Option<Duration>,
}

impl Pulse {
    fn beat(&mut self) {
        let now = Instant::now();
        let late = now.saturating_duration_since(self.alive);
        if late > STALL {
            self.stall = Some((self.alive, now));
            self.untold = Some(late);
        }
        self.alive = now;
    }
}

/// Ends the watch over a poll when it is dropped.
pub(super) struct Watched<'a> {
    watch: &'a Watchdog,
    run: Run,
}

impl Drop for Watched<'_> {
    fn drop(&mut self) {
        lock(&self.watch.polls).remove(&self.run);
    }
}

impl Watchdog {
    pub(super) fn new() -> Self {
        let pulse = Pulse { alive: Instant::now(), stall: None, untold: None };
        Self { polls: Mutex::default(), pulse: Mutex::new(pulse), ended: Mutex::default() }
    }

    /// A poll of this run begins.
    pub(super) fn poll(&self, run: Run) -> Watched<'_> {
        lock(&self.polls).insert(run, Poll { since: Instant::now(), reported: false });
        Watched { watch: self, run }
    }

    /// The runs whose poll takes longer than `limit`, each once.
    fn held(&self, limit: Duration) -> Vec<Run> {
        let mut polls = lock(&self.polls);
        let held = polls.iter_mut().filter(|(_, poll)| poll.since.elapsed() >= limit);
        held.filter_map(|(run, poll)| (!mem::replace(&mut poll.reported, true)).then_some(*run)).collect()
    }

    /// How long a request that is read now may have waited because the process stood still. It is not known when a
    /// request arrived that the process found in its buffers, so the longest time counts.
    pub(super) fn held_up(&self) -> Duration {
        let mut pulse = lock(&self.pulse);
        // The thread that watches may not have run yet.
        if pulse.alive.elapsed() > TICK + STALL {
            pulse.beat();
        }
        match pulse.stall {
            Some((begun, ended)) if ended.elapsed() < DRAIN => begun.elapsed(),
            _ => Duration::ZERO,
        }
    }

    /// Ends the thread. When this returns, the thread does not own the dashboard.
    pub(super) fn end(&self) {
        *lock(&self.ended) = true;
    }
}

/// Starts the thread. It ends when the last driver is dropped.
pub(super) fn start(shared: &Arc<Shared>) {
    let (watch, shared) = (Arc::clone(&shared.watchdog), Arc::downgrade(shared));
    let thread = thread::Builder::new().name("dash-watch".to_owned());
    if let Err(error) = thread.spawn(move || while look(&watch, &shared) {}) {
        log::error(&format_args!("no thread to watch the callbacks: one that holds up others is not named: {error}"));
    }
}

/// One look. Returns whether another one follows.
fn look(watch: &Watchdog, shared: &Weak<Shared>) -> bool {
    thread::sleep(TICK);
    let ended = lock(&watch.ended);
    let Some(shared) = shared.upgrade().filter(|_| !*ended) else { return false };
    let driver = Driver { shared };
    let stall = {
        let mut pulse = lock(&watch.pulse);
        pulse.beat();
        pulse.untold.take()
    };
    if let Some(stall) = stall {
        log::warn(&format_args!(
            "the process stood still for {:.1} s: clicks that have waited for too long expire",
            stall.as_secs_f64()
        ));
    }
    log::write_summaries();
    let limit = driver.with_engine(|engine| engine.limits().thread_time);
    for (lane, run) in watch.held(limit) {
        driver.event(|engine, now, fx| engine.holds_thread(now, lane, run, fx));
    }
    // The timer is a task, so callbacks that hold all threads hold it up too.
    let now = driver.shared.started.elapsed();
    if driver.with_engine(|engine| engine.next_timeout()).is_some_and(|due| due + TICK < now) {
        driver.event(|engine, now, fx| engine.timeout(now, fx));
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_poll_that_takes_too_long_is_found_once_and_one_that_ends_is_not() {
        let watch = Watchdog::new();
        let run = (LaneId::default(), 7);
        let poll = watch.poll(run);
        assert_eq!(watch.held(Duration::from_secs(3600)), []);
        assert_eq!(watch.held(Duration::ZERO), [run]);
        assert_eq!(watch.held(Duration::ZERO), []);
        drop(poll);
        let _again = watch.poll(run);
        assert_eq!(watch.held(Duration::ZERO), [run], "another poll");
    }

    #[test]
    fn after_a_stall_a_request_may_be_as_old_as_the_stall() {
        let watch = Watchdog::new();
        assert_eq!(watch.held_up(), Duration::ZERO);
        // Ten seconds ago the process ran for the last time.
        lock(&watch.pulse).alive = Instant::now().checked_sub(Duration::from_secs(10)).unwrap();
        assert!(watch.held_up() >= Duration::from_secs(10));
        assert!(watch.held_up() >= Duration::from_secs(10), "the buffers may hold more");
        assert!(lock(&watch.pulse).untold.is_some(), "it is told in the log");
        let ago = |seconds| Instant::now().checked_sub(Duration::from_secs(seconds)).unwrap();
        lock(&watch.pulse).stall = Some((ago(20), ago(5)));
        assert_eq!(watch.held_up(), Duration::ZERO, "they are empty");
    }
}
