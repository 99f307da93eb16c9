//! Long runs: cancellation, and values that are set during a run.

use std::{
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use futures_util::{
    FutureExt,
    future::{Either, select},
};
use tokio::sync::Notify;

use crate::callback::{call::Call, callbacks::CallFuture, extract::Extract, params::Source, returns::IntoProp};
use crate::{
    prop::{Prop, PropKey, PropValue},
    value::Value,
    words::log,
};

/// Tells a callback with `cancel = ..` whether its run was cancelled. It is a plain parameter.
///
/// An `async fn` does not need it. When it is cancelled, it is polled once more. If it has not ended then, its future
/// is dropped at the current `await`, and what it borrowed is returned. A `fn` cannot be stopped from outside. It must
/// call [`is_cancelled`](Self::is_cancelled) from time to time and return early. Its return value is written.
///
/// A clone belongs to the same run, and may be sent to another thread or task. A callback
/// that takes it names what cancels it: `cancel = Ui::stop.click`. `Cancellation::default()` is never cancelled, and is
/// for tests that call the function.
#[derive(Debug, Clone, Default)]
pub struct Cancellation {
    shared: Arc<Cancel>,
}

#[derive(Debug, Default)]
struct Cancel {
    cancelled: AtomicBool,
    news: Notify,
}

impl Cancellation {
    /// Whether the run was cancelled.
    pub fn is_cancelled(&self) -> bool {
        self.shared.cancelled.load(Ordering::Acquire)
    }

    /// Waits until the run is cancelled. Never returns if it is not.
    pub async fn cancelled(&self) {
        let mut news = pin!(self.shared.news.notified());
        // From here on no notification is lost, so the flag can be read.
        news.as_mut().enable();
        if !self.is_cancelled() {
            news.await;
        }
    }

    pub(crate) fn cancel(&self) {
        self.shared.cancelled.store(true, Ordering::Release);
        self.shared.news.notify_waiters();
    }
}

impl<S> Extract<S> for Cancellation {
    const OF: Source = Source::Cancellation;

    fn extract(call: &Call) -> Self {
        call.task.clone().unwrap_or_default()
    }
}

/// Takes the values that a run sets before it ends.
#[derive(Clone)]
pub(crate) struct Outlet(pub(crate) Arc<dyn Fn(PropKey, Value) + Send + Sync>);

/// A property that a callback sets while it runs: a parameter `#[progress(Ui::bar.value)] bar: ProgressSink<f64>`.
///
/// A value takes effect at once: for all clients, or in a `#[callback]` for the client that it runs for. It may be set
/// at any rate, from any thread or task. Each page gets the newest value whenever it can take one. After the run has
/// ended, values are ignored. `ProgressSink::default()` ignores all values, and is for tests that call the function.
pub struct ProgressSink<T> {
    to: Option<(Prop<T>, Outlet)>,
}

impl<T: PropValue> ProgressSink<T> {
    pub(crate) fn of(call: &Call, prop: Prop<T>) -> Self {
        Self { to: call.outlet.clone().map(|outlet| (prop, outlet)) }
    }

    /// Sets the property. Never blocks. A value that cannot be encoded is logged and ignored.
    pub fn set(&self, value: impl IntoProp<T>) {
        let Some((prop, Outlet(bring))) = &self.to else { return };
        match Value::new(value.into_prop()) {
            Ok(value) => bring(prop.key(), value),
            Err(error) => log::warn(&format_args!("{prop:?}: {error}")),
        }
    }
}

impl<T> Clone for ProgressSink<T> {
    fn clone(&self) -> Self {
        Self { to: self.to.clone() }
    }
}

impl<T> Default for ProgressSink<T> {
    fn default() -> Self {
        Self { to: None }
    }
}

impl<T> fmt::Debug for ProgressSink<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ProgressSink").field(&self.to.as_ref().map(|(prop, _)| prop)).finish()
    }
}

/// Runs an `async fn` on `call` until it ends or is cancelled. Returns the payload of its panic.
pub(crate) async fn run(
    body: for<'a> fn(&'a mut Call) -> CallFuture<'a>,
    call: &mut Call,
) -> Result<(), Box<dyn std::any::Any + Send>> {
    let task = call.task.clone();
    // The borrowed parts are outside the future, so they are not lost in a panic or when the future is dropped.
    let mut future = body(call);
    let Some(task) = task else { return AssertUnwindSafe(future).catch_unwind().await };
    let over = {
        let (run, cancelled) = (AssertUnwindSafe(future.as_mut()).catch_unwind(), pin!(task.cancelled()));
        // The callback is polled first, because a callback that waits for the cancellation itself can still return a
        // value.
        match select(run, cancelled).await {
            Either::Left((result, _)) => Some(result),
            Either::Right(_) => None,
        }
    };
    match over {
        Some(result) => result,
        None => catch_unwind(AssertUnwindSafe(|| drop(future))),
    }
}

/// For expansions: asserts, at the place of the call, that the future of an asynchronous callback is `Send`.
///
/// The return type is opaque and declared as `Send`. So a future that is not `Send` is reported here, and not again for
/// the block around it.
pub fn send_future<F: Future + Send>(future: F) -> impl Future<Output = F::Output> + Send {
    future
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn early_and_late_waiters_see_a_cancellation() {
        let task = Cancellation::default();
        let waits = tokio::spawn({
            let task = task.clone();
            async move { task.cancelled().await }
        });
        tokio::task::yield_now().await;
        assert!(!task.is_cancelled() && !waits.is_finished());
        task.cancel();
        waits.await.unwrap();
        task.cancelled().await;
        assert!(task.is_cancelled());
    }

    fn panics_when_dropped(call: &mut Call) -> CallFuture<'_> {
        struct Bomb;
        impl Drop for Bomb {
            fn drop(&mut self) {
                panic!("dropped");
            }
        }
        Box::pin(async move {
            let _bomb = Bomb;
            call.task.as_ref().unwrap().cancel();
            std::future::pending::<()>().await;
        })
    }

    #[tokio::test]
    async fn what_panics_when_it_is_dropped_has_panicked() {
        let mut call = Call { task: Some(Cancellation::default()), ..Call::default() };
        let payload = run(panics_when_dropped, &mut call).await.unwrap_err();
        assert_eq!(payload.downcast_ref(), Some(&"dropped"));
    }
}
