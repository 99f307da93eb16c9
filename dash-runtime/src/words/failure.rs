//! Runs that came to nothing, and who is told of them.

use std::{
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
};

use crate::client::Client;

/// A run of a callback that returned an error or panicked. What [`Dashboard::on_error`](crate::dashboard::Dashboard::on_error)
/// and a callback's `on_error = ..` are given.
///
/// Displayed, it is what the person reads whose command led to it: `` `shoot` failed: no film ``.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Failure {
    callback: &'static str,
    message: String,
    panicked: bool,
    client: Option<Client>,
}

impl Failure {
    pub(crate) fn new(callback: &'static str, message: String, panicked: bool, client: Option<Client>) -> Self {
        Self { callback, message, panicked, client }
    }

    /// The name of the callback.
    pub fn callback(&self) -> &'static str {
        self.callback
    }

    /// The error as it displays itself, or what the panic said.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Whether it panicked. If not, it returned an error.
    pub fn panicked(&self) -> bool {
        self.panicked
    }

    /// The client that it ran for, or whose command led to it. `None` for a run by the clock or at the start.
    pub fn client(&self) -> Option<&Client> {
        self.client.as_ref()
    }

    /// Writes it to the log (`tracing`, level WARN): what happens to a failure if nothing else was said.
    pub fn log(&self) {
        tracing::warn!(callback = self.callback, "{self}");
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let how = if self.panicked { "panicked" } else { "failed" };
        write!(f, "`{}` {how}: {}", self.callback, self.message)
    }
}

/// A failure on its way to the function that is told of it, which is the user's.
pub(crate) struct Report {
    pub(crate) hook: fn(&Failure),
    pub(crate) failure: Failure,
}

impl Report {
    /// Calls the function. If it panics, that is logged with the failure, and is the end of it.
    pub(crate) fn tell(self) {
        let Self { hook, failure } = self;
        if catch_unwind(AssertUnwindSafe(|| hook(&failure))).is_err() {
            tracing::error!(callback = failure.callback, "{failure}; and then its `on_error` panicked");
        }
    }
}
