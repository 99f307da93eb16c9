//! Threads for functions of the program, which may block: `fn` callbacks and the function of `App::rights`.
//!
//! This is not tokio's blocking pool, because a runtime that is dropped waits for that pool. A callback that hangs in a
//! driver would then keep the program from ending. The threads here are not waited for.

use std::{
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

use crate::words::log;

type Task = Box<dyn FnOnce() + Send>;

/// How long an idle thread stays, so that the next callback does not wait for a new thread.
const LINGER: Duration = Duration::from_secs(30);

/// The largest number of threads. One callback runs per island, and per client for private callbacks without a device.
/// Further callbacks wait for a free thread.
const THREADS: usize = 256;

/// A pool that starts threads when there is work, and ends idle threads.
#[derive(Clone)]
pub(crate) struct Pool {
    shared: Arc<Shared>,
}

struct Shared {
    /// What its threads are called.
    name: &'static str,
    /// The largest number of threads.
    most: usize,
    state: Mutex<State>,
    work: Condvar,
}

/// A pool for callbacks.
impl Default for Pool {
    fn default() -> Self {
        Self::new("dash-callback", THREADS)
    }
}

#[derive(Default)]
struct State {
    tasks: std::collections::VecDeque<Task>,
    threads: usize,
    idle: usize,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        // Tasks run without the lock, so a panic cannot leave the state incomplete.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Pool {
    /// A pool whose threads have this name, with a number behind it. There are at most so many.
    pub(crate) fn new(name: &'static str, most: usize) -> Self {
        Self { shared: Arc::new(Shared { name, most, state: Mutex::default(), work: Condvar::new() }) }
    }

    /// Runs `task` on its own thread for as long as it takes.
    pub(crate) fn run(&self, task: impl FnOnce() + Send + 'static) {
        let mut state = self.shared.state();
        state.tasks.push_back(Box::new(task));
        if state.idle >= state.tasks.len() {
            self.shared.work.notify_one();
        } else if state.threads < self.shared.most {
            state.threads += 1;
            let name = format!("{}-{}", self.shared.name, state.threads);
            let shared = Arc::clone(&self.shared);
            if let Err(error) = thread::Builder::new().name(name).spawn(move || shared.serve()) {
                state.threads -= 1;
                log::error(&format_args!(
                    "no thread for {}: it waits until another one ends: {error}",
                    self.shared.name
                ));
            }
        }
    }
}

impl Shared {
    fn serve(&self) {
        let mut state = self.state();
        loop {
            if let Some(task) = state.tasks.pop_front() {
                drop(state);
                task();
                state = self.state();
                continue;
            }
            state.idle += 1;
            let (woken, timeout) = match self.work.wait_timeout(state, LINGER) {
                Ok(woken) => woken,
                Err(poisoned) => poisoned.into_inner(),
            };
            state = woken;
            state.idle -= 1;
            if timeout.timed_out() && state.tasks.is_empty() {
                state.threads -= 1;
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[test]
    fn a_task_that_blocks_holds_up_no_other() {
        let pool = Pool::default();
        let (release, blocked) = mpsc::channel::<()>();
        let (done, all) = mpsc::channel();
        let first = done.clone();
        pool.run(move || {
            let _ = blocked.recv();
            let _ = first.send("slow");
        });
        pool.run(move || {
            let _ = done.send("quick");
        });
        assert_eq!(all.recv_timeout(Duration::from_secs(5)), Ok("quick"));
        drop(release);
        assert_eq!(all.recv_timeout(Duration::from_secs(5)), Ok("slow"));
    }

    #[test]
    fn a_thread_is_used_again() {
        let pool = Pool::default();
        let (done, all) = mpsc::channel();
        for _ in 0..20 {
            let done = done.clone();
            pool.run(move || {
                let _ = done.send(thread::current().id());
            });
            let _ = all.recv_timeout(Duration::from_secs(5)).unwrap();
            // The thread becomes idle shortly after the task, so wait for that.
            while pool.shared.state().idle == 0 {
                thread::yield_now();
            }
        }
        assert_eq!(pool.shared.state().threads, 1);
    }
}
