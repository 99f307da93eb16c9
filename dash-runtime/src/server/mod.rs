//! The top layer: the server. Only this layer knows axum.

mod accept;
mod access;
mod api;
mod app;
pub(crate) mod assets;
mod audit;
mod body;
mod connections;
mod descriptors;
#[cfg(any(feature = "tls", feature = "users"))]
mod detached;
pub(crate) mod devices;
pub(crate) mod driver;
pub mod error;
#[cfg(feature = "nats")]
mod fabric;
mod files;
mod forwarded;
mod futures;
mod history;
mod hosts;
mod identity;
mod kept;
mod libraries;
mod linger;
pub(crate) mod link;
mod meter;
pub(crate) mod page;
mod patience;
mod pool;
mod process;
mod proxies;
mod quota;
pub mod record;
#[cfg(any(feature = "tls", feature = "users"))]
mod replace;
mod replay;
mod routes;
mod script;
mod serve;
mod serving;
mod socket;
mod state;
pub mod store;
#[cfg(feature = "tls")]
mod tls;
mod write_deadline;

use std::{
    fmt::Write as _,
    sync::{Mutex, MutexGuard, PoisonError},
};

use tokio::sync::watch;

#[cfg(feature = "users")]
pub use access::users_command;
pub use app::App;
#[cfg(feature = "nats")]
pub use fabric::Relay;
pub use serve::Serve;

/// Waits until the server ends.
async fn ended(shutdown: &mut watch::Receiver<bool>) {
    // An error means that the sender was dropped, so the server has ended.
    let _ = shutdown.wait_for(|ending| *ending).await;
}

/// Locks a mutex, also after a panic of somebody who had it.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // No function of the user runs under the locks of the server, only code of the values' types: decoding and comparing
    // a value, the default of a session, and a copy of a session, whose panic is caught. If one of them panics, the state
    // is still complete.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// 128 random bits as hexadecimal digits.
fn random_hex() -> Result<String, getrandom::Error> {
    let mut text = String::with_capacity(32);
    for half in [getrandom::u64()?, getrandom::u64()?] {
        // Writing to a string cannot fail.
        let _ = write!(text, "{half:016x}");
    }
    Ok(text)
}
