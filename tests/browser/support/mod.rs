//! The basis of the browser tests.

mod approved;
mod browser;
mod cable;
mod chromium;
mod cost;
mod engine;
mod finger;
mod firefox;
mod folders;
#[path = "../../support/free.rs"]
mod free;
mod group;
mod left_out;
pub(crate) mod logger;
#[allow(dead_code, reason = "the tests of relays use the rest")]
#[path = "../../fabric/nats.rs"]
pub(crate) mod nats;
#[path = "../../support/proxy.rs"]
pub(crate) mod proxy;
mod server;
mod tab;
mod users;
mod wire;

use std::{
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    path::Path,
    sync::{Condvar, Mutex},
    time::Duration,
};

pub(crate) use approved::Approved;
pub(crate) use browser::Browser;
pub(crate) use cable::Cable;
pub(crate) use engine::is_firefox;
pub(crate) use finger::phone;
pub(crate) use free::free_address;
pub(crate) use group::{Group, installed};
pub(crate) use server::{Example, Server, get, post, put};
pub(crate) use tab::Tab;
pub(crate) use users::{Guarded, log_in, log_out};

/// The time limit of a wait. It only bounds how long a failure takes.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// Polls until `condition` returns a value.
pub(crate) async fn eventually<T, F: Future<Output = Option<T>>>(what: &str, mut condition: impl FnMut() -> F) -> T {
    let polled = tokio::time::timeout(PATIENCE, async {
        loop {
            if let Some(value) = condition().await {
                return value;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    polled.await.unwrap_or_else(|_| panic!("waited {PATIENCE:?} in vain: {what}"))
}

/// Runs a test in a browser that knows nothing of other tests. It fails if a page had errors. After a failure, screenshots are in
/// `target/browser-failures`.
pub(crate) fn browser_test<F: AsyncFnOnce(&Browser)>(test: F) {
    // `browser::link::a_cut::{{closure}}`
    let name = std::any::type_name::<F>().split("::").skip(1).filter(|part| !part.starts_with('{'));
    let name = name.collect::<Vec<_>>().join("-");
    if is_firefox()
        && let Some(reason) = left_out::reason(&name)
    {
        return left_out::say(&name, reason);
    }
    let _slot = Slot::take();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let browser = runtime.block_on(Browser::start());
    let result = catch_unwind(AssertUnwindSafe(|| {
        runtime.block_on(async {
            test(&browser).await;
            let complaints = browser.complaints().await;
            assert!(complaints.is_empty(), "the page has complaints: {complaints:#?}");
        });
    }));
    if let Err(panic) = result {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("browser-failures");
        // If the browser is gone there is nothing to save, and the reason of the failure is more important.
        _ = catch_unwind(AssertUnwindSafe(|| runtime.block_on(browser.keep(&folder, &name))));
        resume_unwind(panic);
    }
    runtime.block_on(browser.end());
}

/// A permit to run a browser. Too many at a time slow each other down.
struct Slot;

static FREE: Mutex<usize> = Mutex::new(2);
static FREED: Condvar = Condvar::new();

impl Slot {
    fn take() -> Self {
        let mut free = FREED.wait_while(FREE.lock().unwrap(), |free| *free == 0).unwrap();
        *free -= 1;
        Self
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        *FREE.lock().unwrap() += 1;
        FREED.notify_one();
    }
}
