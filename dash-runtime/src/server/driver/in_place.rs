//! Callbacks that are known to be quick run where their command came in: a change of thread costs about as much as they do.

use std::{
    collections::VecDeque,
    mem,
    sync::{Arc, Mutex, atomic::Ordering},
    time::{Duration, Instant},
};

use super::{Driver, lock};
use crate::{engine::effects::Job, numbers::CallbackNo};

/// A `fn` callback that takes less than this is run where the command came in. A change of thread costs about as much,
/// twice; much more when the processor was asleep.
pub(super) const QUICK: Duration = Duration::from_micros(200);

/// A callback that is run in place and takes longer than this was not quick, and what waits for it is freed. As long as
/// a display frame: the same time after which a turn shows what it has so far.
pub(super) const PATIENCE: Duration = Duration::from_millis(16);

/// A task that can go on by itself, on another thread.
pub(crate) trait Resume: Send + 'static {
    fn resume(self);
}

/// A thread of the runtime that runs callbacks in place, and what waits for it.
pub(super) struct InPlaceRun<T> {
    since: Instant,
    /// Callbacks that come after the one that runs.
    jobs: Mutex<VecDeque<Job>>,
    task: Mutex<Option<T>>,
}

impl<T> InPlaceRun<T> {
    fn next(&self) -> Option<Job> {
        lock(&self.jobs).pop_front()
    }
}

/// A [`InPlaceRun`], whatever task waits for it.
pub(super) trait HandOff: Send + Sync {
    fn since(&self) -> Instant;
    /// Sends the task on its way, and gives the callbacks that wait.
    fn hand_off(&self) -> VecDeque<Job>;
}

impl<T: Resume> HandOff for InPlaceRun<T> {
    fn since(&self) -> Instant {
        self.since
    }

    fn hand_off(&self) -> VecDeque<Job> {
        let task = lock(&self.task).take();
        if let Some(task) = task {
            task.resume();
        }
        mem::take(&mut *lock(&self.jobs))
    }
}

impl Driver {
    /// Runs callbacks that are known to be quick on this thread, where their command came in, without a change of thread.
    ///
    /// If one of them is slow this time, nothing waits for it: the runtime gives the thread's tasks to another one, the
    /// other callbacks are run elsewhere, and `task`, on whose behalf they run, is told to go on by itself. Then it is not
    /// given back.
    pub(crate) fn run_in_place<T: Resume>(&self, jobs: Vec<Job>, task: T) -> Option<T> {
        let run =
            Arc::new(InPlaceRun { since: Instant::now(), jobs: Mutex::new(jobs.into()), task: Mutex::new(Some(task)) });
        lock(&self.shared.in_place).push(Arc::clone(&run) as Arc<dyn HandOff>);
        self.arm(self.shared.started.elapsed() + PATIENCE);
        tokio::task::block_in_place(|| {
            while let Some(job) = run.next() {
                let kept = self.run_here(job, |job| self.is_quick(job));
                lock(&run.jobs).extend(kept);
            }
        });
        let run_address = Arc::as_ptr(&run).cast::<()>();
        lock(&self.shared.in_place).retain(|other| Arc::as_ptr(other).cast::<()>() != run_address);
        lock(&run.task).take()
    }

    /// Frees what waits for callbacks that are run in place and turned out slow.
    pub(super) fn hand_off_slow(&self) {
        let mut slow = Vec::new();
        lock(&self.shared.in_place).retain(|run| {
            let is_slow = run.since().elapsed() >= PATIENCE;
            if is_slow {
                slow.push(Arc::clone(run));
            }
            !is_slow
        });
        for run in slow {
            run.hand_off().into_iter().for_each(|job| self.run(job));
        }
    }

    pub(super) fn is_quick(&self, job: &Job) -> bool {
        Duration::from_nanos(self.shared.pace[job.callback.place()].load(Ordering::Relaxed)) < QUICK
    }

    pub(super) fn took(&self, callback: CallbackNo, time: Duration) {
        let pace = &self.shared.pace[callback.place()];
        let time = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        let before = pace.load(Ordering::Relaxed);
        // Slow at once, quick again only after a while: an eighth of the way down with each run. The first run tells all
        // that is known.
        let first = before == u64::MAX;
        pace.store(if first || time >= before { time } else { before - (before - time) / 8 }, Ordering::Relaxed);
    }
}
