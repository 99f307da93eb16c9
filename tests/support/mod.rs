//! What the integration tests stand on: an app under test on a free port of the loopback interface, an HTTP client that
//! sends exactly the bytes it is told to, and a WebSocket client that behaves like the page's script.
//!
//! Nothing here sleeps to let something happen: everything waits for a condition, and [`within`] turns one that never
//! comes into a failure with a name.

pub(crate) mod app;
pub(crate) mod browser;
pub(crate) mod events;
pub(crate) mod http;
pub(crate) mod log;
pub(crate) mod page;
pub(crate) mod socket;
pub(crate) mod stream;

use std::time::Duration;

pub(crate) use app::{Served, limits};
pub(crate) use browser::{Browser, Outcome};
pub(crate) use page::Page;
pub(crate) use socket::{Heard, Socket};

/// How long a test waits for what must come. Nothing takes nearly as long, not even on a loaded machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

/// What `future` gives, or a failure that says what was waited for.
pub(crate) async fn within<T>(what: &str, future: impl Future<Output = T>) -> T {
    match tokio::time::timeout(PATIENCE, future).await {
        Ok(value) => value,
        Err(_) => panic!("waited {PATIENCE:?} in vain: {what}"),
    }
}

/// A promise about time: `measure` gives a time below `bound`. Other work of the machine only adds to a time, so the shortest
/// of five counts.
pub(crate) async fn takes_less_than(bound: Duration, mut measure: impl AsyncFnMut() -> Duration) {
    let mut times = Vec::new();
    while times.len() < 5 {
        let time = measure().await;
        if time < bound {
            return;
        }
        times.push(time);
    }
    panic!("it takes {times:?}, never less than {bound:?}");
}

/// Asks again and again until `condition` gives something. For what can only be asked, not waited for.
pub(crate) async fn eventually<T, F: Future<Output = Option<T>>>(what: &str, mut condition: impl FnMut() -> F) -> T {
    within(what, async {
        loop {
            if let Some(value) = condition().await {
                return value;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await
}
