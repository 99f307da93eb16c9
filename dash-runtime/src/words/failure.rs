//! Failed runs of callbacks, and how they are reported.

use std::{
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
};

use super::log::{self, Escaped};
use crate::client::Client;

/// How many failures of one callback are written to the log in a minute.
const LINES: u32 = 10;

/// A run of a callback that returned an error or panicked.
/// [`Dashboard::on_error`](crate::dashboard::Dashboard::on_error) and a callback's `on_error = ..` take it.
///
/// Its `Display` text is for the log: `` `shoot` failed: no film ``. The person whose command started the run reads only
/// the message of the error. The name of a function would tell that person nothing, and the page names the control.
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

    /// What people read: the error's message, or that the callback panicked, which is a fault of the program.
    pub(crate) fn told(&self) -> String {
        if self.panicked { self.to_string() } else { self.message.clone() }
    }

    /// The name of the callback.
    pub fn callback(&self) -> &'static str {
        self.callback
    }

    /// The error's `Display` text, or the message of the panic.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// True if the callback panicked, false if it returned an error.
    pub fn panicked(&self) -> bool {
        self.panicked
    }

    /// The client that the callback ran for, or whose command started it. `None` for a run by the clock or at the
    /// start.
    pub fn client(&self) -> Option<&Client> {
        self.client.as_ref()
    }

    /// Writes the failure to the log (`tracing`, level WARN), as one line with control characters escaped. This is the
    /// default if there is no `on_error`. A program that has not set up `tracing` gets it on the standard error.
    ///
    /// At most ten lines per minute are written about one callback. Further ones are counted, and a line tells their
    /// number when the minute is over.
    pub fn log(&self) {
        if log::is_rare(self.callback, LINES, || self.to_string()) {
            log::written(|| tracing::warn!(callback = self.callback, "{}", Escaped(self)));
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let how = if self.panicked { "panicked" } else { "failed" };
        write!(f, "`{}` {how}: {}", self.callback, self.message)
    }
}

/// A failure, and the user's function to report it to.
pub(crate) struct Report {
    pub(crate) hook: fn(&Failure),
    pub(crate) failure: Failure,
}

impl Report {
    /// Calls the function. If it panics, logs that together with the failure.
    pub(crate) fn tell(self) {
        let Self { hook, failure } = self;
        if catch_unwind(AssertUnwindSafe(|| hook(&failure))).is_err() {
            log::error(&format_args!("{failure}; then its `on_error` panicked"));
        }
    }
}
