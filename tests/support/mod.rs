//! The basis of the integration tests: an app under test on a free loopback port, an HTTP client that sends exactly the
//! given bytes, and a WebSocket client that behaves like the page's script.
//!
//! Nothing here sleeps and hopes. Every wait is for a condition, and [`within`] turns a condition that never holds into
//! a named failure.

pub(crate) mod app;
pub(crate) mod browser;
pub(crate) mod events;
mod free;
pub(crate) mod http;
pub(crate) mod log;
pub(crate) mod page;
pub(crate) mod program;
pub(crate) mod proxy;
pub(crate) mod socket;
pub(crate) mod stream;
pub(crate) mod tls;

use std::time::Duration;

pub(crate) use app::{Served, limits};
pub(crate) use browser::{Browser, Outcome};
pub(crate) use free::free_address;
pub(crate) use page::Page;
pub(crate) use program::Program;
pub(crate) use socket::{Heard, Socket};

/// The time limit of a wait. It only bounds how long a failure takes: on a machine that also builds, the start of a large
/// program such as Caddy has taken more than 10 s.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// The result of `future`, or a failure that names what was expected.
pub(crate) async fn within<T>(what: &str, future: impl Future<Output = T>) -> T {
    match tokio::time::timeout(PATIENCE, future).await {
        Ok(value) => value,
        Err(_) => panic!("waited {PATIENCE:?} in vain: {what}"),
    }
}

/// Asserts that `measure` returns a time below `bound`. Other work of the machine only adds to a time, so the shortest
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

/// Polls until `condition` returns a value. For conditions without a notification.
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
