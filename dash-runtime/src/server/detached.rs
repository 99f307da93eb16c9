//! Work that may hang: a file on a disk that does not answer.
//!
//! A tokio runtime waits at its end for the threads of `spawn_blocking`, so such work would keep the program from its end.
//! It runs on a thread of its own instead, which ends with the process.

use std::thread;

use tokio::sync::oneshot;

/// Runs `work` on a thread of its own, and waits for it. `None` if it has panicked, or if there is no thread.
pub(super) async fn detached<T: Send + 'static>(
    name: &'static str,
    work: impl FnOnce() -> T + Send + 'static,
) -> Option<T> {
    let (done, is_done) = oneshot::channel();
    // Nobody may wait for it any more.
    let run = move || _ = done.send(work());
    thread::Builder::new().name(name.to_owned()).spawn(run).ok()?;
    is_done.await.ok()
}
