//! Runs quick callbacks on the thread that received their command, and writes what is kept of it. A change of thread costs
//! about as much as such a callback.

use std::{
    collections::VecDeque,
    mem,
    sync::{Arc, Mutex, atomic::Ordering},
    time::{Duration, Instant},
};

use super::{Driver, lock};
use crate::{engine::effects::Job, numbers::CallbackNo, server::store::Here};

/// A `fn` callback that takes less time than this runs in place. Handing it to another thread costs about as much
/// twice, and much more if the processor was asleep.
pub(super) const QUICK: Duration = Duration::from_micros(200);

/// A callback that runs in place and takes longer than this was not quick. Its waiting task and jobs are then moved to
/// other threads. The time is one display frame, after which a turn also publishes its values.
pub(super) const PATIENCE: Duration = Duration::from_millis(16);

/// A task that can continue on another thread.
pub(crate) trait Resume: Send + 'static {
    fn resume(self);
}

/// A thread of the runtime that runs callbacks in place, and what waits for it.
pub(super) struct InPlaceRun<T> {
    since: Instant,
    /// The callbacks that run after the current one.
    jobs: Mutex<VecDeque<Job>>,
    /// Writes what is kept, after the callbacks.
    here: Mutex<Option<Here>>,
    task: Mutex<Option<T>>,
}

impl<T> InPlaceRun<T> {
    fn next(&self) -> Option<Job> {
        lock(&self.jobs).pop_front()
    }
}

/// An [`InPlaceRun`] without the type of its task.
pub(super) trait HandOff: Send + Sync {
    fn since(&self) -> Instant;
    /// Resumes the task elsewhere, and returns the waiting callbacks.
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
        // The thread of the store does it.
        drop(lock(&self.here).take());
        mem::take(&mut *lock(&self.jobs))
    }
}

impl Driver {
    /// Runs quick callbacks on this thread, which received their command, and then writes what is kept of it.
    ///
    /// If one of them or the write is slow this time, nothing waits for it. The runtime moves the other tasks of this thread to
    /// another thread, the remaining callbacks run on the pool, and `task` is resumed elsewhere. In this case `None` is
    /// returned.
    pub(crate) fn run_in_place<T: Resume>(&self, jobs: Vec<Job>, here: Option<Here>, task: T) -> Option<T> {
        let run = Arc::new(InPlaceRun {
            since: Instant::now(),
            jobs: Mutex::new(jobs.into()),
            here: Mutex::new(here),
            task: Mutex::new(Some(task)),
        });
        lock(&self.shared.in_place).push(Arc::clone(&run) as Arc<dyn HandOff>);
        self.arm(self.shared.started.elapsed() + PATIENCE);
        tokio::task::block_in_place(|| {
            while let Some(job) = run.next() {
                let kept = self.run_here(job, |job| self.is_quick(job));
                lock(&run.jobs).extend(kept);
            }
            let here = lock(&run.here).take();
            if let Some(here) = here {
                here.write();
            }
        });
        let run_address = Arc::as_ptr(&run).cast::<()>();
        lock(&self.shared.in_place).retain(|other| Arc::as_ptr(other).cast::<()>() != run_address);
        lock(&run.task).take()
    }

    /// Moves everything that waits for slow callbacks in place to other threads.
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
        // A slow run counts at once. After it, each quicker run lowers the time by an eighth of the difference. The
        // first run sets the time.
        let first = before == u64::MAX;
        pace.store(if first || time >= before { time } else { before - (before - time) / 8 }, Ordering::Relaxed);
    }
}
