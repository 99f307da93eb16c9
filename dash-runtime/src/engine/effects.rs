//! The effects that the engine requests, and its counters.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::{gates::StopJob, lane::LaneId, session::SocketNo};
use crate::{
    callback::{call::Call, callbacks::Body, task::Cancellation},
    client::ClientId,
    failure::Report,
    numbers::CallbackNo,
    protocol::client::Refusal,
};

/// What the driver must do after an event.
#[derive(Default)]
pub(crate) struct Effects {
    /// Callbacks to run. Each run is returned as [`Finished`](super::finish::Finished).
    pub(crate) run: Vec<Job>,
    /// The answer to the sender of the frame. It must be sent first.
    pub(crate) answer: Option<String>,
    /// Stops whose functions must run now, before everything else.
    pub(crate) stops: Vec<StopJob>,
    /// Runs to cancel.
    pub(crate) cancel: Vec<Cancellation>,
    /// Failures to report to the program, after all other effects.
    pub(crate) failed: Vec<Report>,
    /// Callbacks that do not end and sources that are silent, for the log.
    pub(crate) notices: Vec<String>,
    /// Sockets to close.
    pub(crate) close: Vec<(ClientId, SocketNo, Close)>,
    wake: Wake,
}

/// The clients for which there is something new.
#[derive(Default, Debug, PartialEq, Eq)]
pub(crate) enum Wake {
    #[default]
    Nobody,
    Some(BTreeSet<ClientId>),
    All,
}

impl Effects {
    /// Whether there is nothing to do, except to send the answer.
    #[cfg(feature = "testing")]
    pub(crate) fn is_empty(&self) -> bool {
        let Self { run, answer: _, stops, cancel, failed, notices, close, wake } = self;
        run.is_empty()
            && stops.is_empty()
            && cancel.is_empty()
            && failed.is_empty()
            && notices.is_empty()
            && close.is_empty()
            && *wake == Wake::Nobody
    }

    pub(crate) fn wake_all(&mut self) {
        self.wake = Wake::All;
    }

    pub(crate) fn wake_client(&mut self, id: ClientId) {
        match &mut self.wake {
            Wake::Nobody => self.wake = Wake::Some(BTreeSet::from([id])),
            Wake::Some(ids) => {
                ids.insert(id);
            }
            Wake::All => {}
        }
    }

    pub(crate) fn take_wake(&mut self) -> Wake {
        std::mem::take(&mut self.wake)
    }
}

/// A callback to run.
#[derive(Debug)]
pub(crate) struct Job {
    pub(crate) lane: LaneId,
    pub(crate) callback: CallbackNo,
    /// The number of the run. Its progress writes refer to it.
    pub(crate) number: u64,
    /// Whether it may write while it runs.
    pub(crate) brings: bool,
    pub(crate) name: &'static str,
    pub(crate) body: Body,
    pub(crate) call: Call,
}

/// Why the server closes a socket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Close {
    /// Another socket of the same client replaces it.
    TakenOver,
    /// The program has disconnected the client. The page shows this reason.
    Disconnected(Arc<str>),
    /// The user has logged out or has other rights. The page must be loaded again. Before that it gets this frame with the
    /// outcomes of its commands, if there are some.
    OtherUser(Option<Arc<str>>),
}

/// Counters since the start, for `/health` and tests.
#[derive(Debug, Default, Clone, PartialEq, Eq, serde::Serialize)]
pub(crate) struct Counts {
    /// Commands that were taken.
    pub(crate) commands: u64,
    /// Commands that came again.
    pub(crate) repeated: u64,
    /// Pushes and events of the program that were taken.
    pub(crate) pushes: u64,
    /// Commands that a newer one replaced in a queue.
    pub(crate) merged: u64,
    /// Runs of callbacks.
    pub(crate) runs: u64,
    /// Runs that returned an error or panicked.
    pub(crate) failures: u64,
    /// Clients without a connection that were forgotten, because there were too many.
    pub(crate) forgotten: u64,
    /// Values that were refused because they were too large.
    pub(crate) too_large: u64,
    /// Sockets and streams that were closed because their client did not read.
    pub(crate) slow: u64,
    /// Sockets and streams that were closed because nothing came from their client.
    pub(crate) silent: u64,
    /// Ticks that were skipped because the last run of their source was not over.
    pub(crate) late: u64,
    /// Refused frames, by kind.
    pub(crate) refused: BTreeMap<&'static str, u64>,
}

impl Counts {
    pub(crate) fn refused(&mut self, refusal: &Refusal) {
        *self.refused.entry(refusal.kind()).or_default() += 1;
    }
}
