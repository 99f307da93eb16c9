//! Runs the futures of `async fn` callbacks on the threads of the pool.
//!
//! They do not share threads with the sockets and the clock. Many drivers block in an `async fn`. On a thread of the tokio
//! runtime, as many of them as there are processors would hold up every page and the stop button. Here a future has a
//! thread while it is polled, and none while it waits. It can use everything of tokio, because the thread is in the
//! context of the runtime.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, Wake, Waker},
};

use tokio::runtime::Handle;

use super::{lock, pool::Pool};
use crate::words::panic::text_of;

/// Where futures run.
#[derive(Clone)]
pub(crate) struct Futures {
    pool: Pool,
    runtime: Handle,
    /// Whether the dashboard has ended. Then futures are dropped instead of polled: the runtime may be gone.
    ended: Arc<AtomicBool>,
}

/// A future, which is its own waker.
struct Task {
    future: Mutex<Option<Pin<Box<dyn Future<Output = ()> + Send>>>>,
    state: Mutex<State>,
    place: Futures,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// It waits for a wake-up.
    Waits,
    /// It waits for a thread.
    Queued,
    /// A thread polls it.
    Polled,
    /// The same, and it was woken meanwhile.
    Woken,
}

impl Futures {
    /// `runtime` is the context of the futures.
    pub(crate) fn new(pool: Pool, runtime: Handle) -> Self {
        Self { pool, runtime, ended: Arc::default() }
    }

    /// Runs `future` to its end.
    pub(crate) fn spawn(&self, future: impl Future<Output = ()> + Send + 'static) {
        let future = Mutex::new(Some(Box::pin(future) as Pin<Box<_>>));
        Arc::new(Task { future, state: Mutex::new(State::Queued), place: self.clone() }).queue();
    }

    /// The dashboard has ended: no future is polled any more.
    pub(crate) fn end(&self) {
        self.ended.store(true, Ordering::Release);
    }
}

impl Task {
    fn state(&self) -> MutexGuard<'_, State> {
        // The state is one word, so a panic cannot leave it incomplete.
        lock(&self.state)
    }

    fn queue(self: Arc<Self>) {
        let pool = self.place.pool.clone();
        pool.run(move || self.poll());
    }

    fn poll(self: Arc<Self>) {
        let waker = Waker::from(Arc::clone(&self));
        let mut slot = lock(&self.future);
        let _context = self.place.runtime.enter();
        loop {
            *self.state() = State::Polled;
            let Some(future) = slot.as_mut().filter(|_| !self.place.ended.load(Ordering::Acquire)) else { break };
            match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(&mut Context::from_waker(&waker)))) {
                Ok(Poll::Pending) => {
                    let mut state = self.state();
                    if *state == State::Polled {
                        *state = State::Waits;
                        return;
                    }
                }
                Ok(Poll::Ready(())) => break,
                // A panic of the callback is caught inside of the future, so this is a fault of the library.
                Err(panic) => {
                    tracing::error!("a callback could not be ended: {}", text_of(&*panic));
                    break;
                }
            }
        }
        // A wake-up finds it in the state `Polled`, and no thread polls it again.
        let over = slot.take();
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| drop(over))) {
            tracing::error!("a callback could not be dropped: {}", text_of(&*panic));
        }
    }
}

impl Wake for Task {
    fn wake(self: Arc<Self>) {
        let mut state = self.state();
        match *state {
            State::Waits => *state = State::Queued,
            State::Polled => {
                *state = State::Woken;
                return;
            }
            State::Queued | State::Woken => return,
        }
        drop(state);
        self.queue();
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::mpsc, time::Duration};

    use super::*;

    const PATIENCE: Duration = Duration::from_secs(5);

    fn futures() -> Futures {
        Futures::new(Pool::default(), Handle::current())
    }

    #[tokio::test]
    async fn futures_that_block_hold_up_no_other_and_not_the_runtime() {
        let futures = futures();
        let (done, all) = mpsc::channel();
        let mut gates = Vec::new();
        // More than the machine has processors.
        for _ in 0..32 {
            let (gate, blocked) = mpsc::channel::<()>();
            gates.push(gate);
            let done = done.clone();
            futures.spawn(async move {
                let _ = blocked.recv();
                let _ = done.send("blocked");
            });
        }
        let (sender, free) = tokio::sync::oneshot::channel();
        futures.spawn(async move {
            tokio::time::sleep(Duration::from_millis(1)).await;
            let _ = sender.send("free");
        });
        assert_eq!(tokio::time::timeout(PATIENCE, free).await.unwrap(), Ok("free"));
        drop(gates);
        for _ in 0..32 {
            assert_eq!(all.recv_timeout(PATIENCE), Ok("blocked"));
        }
    }

    #[tokio::test]
    async fn a_future_that_waits_has_no_thread() {
        let futures = futures();
        let (sender, mut done) = tokio::sync::mpsc::unbounded_channel();
        // More than the pool has threads.
        for number in 0..1000 {
            let sender = sender.clone();
            futures.spawn(async move {
                tokio::time::sleep(Duration::from_millis(20)).await;
                let _ = sender.send(number);
            });
        }
        let mut all = std::collections::BTreeSet::new();
        while all.len() < 1000 {
            all.extend(tokio::time::timeout(PATIENCE, done.recv()).await.unwrap());
        }
    }

    #[tokio::test]
    async fn no_wake_up_is_lost() {
        let futures = futures();
        let (sender, done) = tokio::sync::oneshot::channel();
        futures.spawn(async move {
            let (to, mut from) = tokio::sync::mpsc::channel(1);
            let pump = std::thread::spawn(move || (0..10_000).all(|number| to.blocking_send(number).is_ok()));
            let mut sum = 0_u64;
            while let Some(number) = from.recv().await {
                sum += number;
                // It wakes itself while it is polled.
                tokio::task::yield_now().await;
            }
            let _ = sender.send((sum, pump.join().unwrap()));
        });
        let sum = tokio::time::timeout(Duration::from_secs(60), done).await.unwrap();
        assert_eq!(sum, Ok(((0..10_000).sum(), true)));
    }

    #[tokio::test]
    async fn after_the_end_futures_are_dropped() {
        let futures = futures();
        let (sender, over) = tokio::sync::oneshot::channel::<()>();
        let gate = Arc::new(tokio::sync::Notify::new());
        let waits = Arc::clone(&gate);
        futures.spawn(async move {
            waits.notified().await;
            let _ = sender.send(());
        });
        futures.end();
        // It may have been dropped before its first poll already.
        gate.notify_one();
        assert!(tokio::time::timeout(PATIENCE, over).await.unwrap().is_err(), "it did not go on");
    }
}
