//! What the engine wants done, and what it counts.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::{lane::LaneId, session::SocketNo};
use crate::{
    callback::{call::Call, callbacks::Body, task::Cancellation},
    client::ClientId,
    failure::Report,
    numbers::CallbackNo,
    protocol::client::Refusal,
};
/// What is to be done after an event.
#[derive(Default)]
pub(crate) struct Effects {
    /// Callbacks to run. Each comes back as [`Finished`](super::finish::Finished).
    pub(crate) run: Vec<Job>,
    /// To be sent to the sender of the frame, before anything else.
    pub(crate) answer: Option<String>,
    /// Runs to be cancelled.
    pub(crate) cancel: Vec<Cancellation>,
    /// Failures to be told of, after everything else.
    pub(crate) failed: Vec<Report>,
    /// Sockets to be closed.
    pub(crate) close: Vec<(ClientId, SocketNo, Close)>,
    wake: Wake,
}

/// Whom there is something new for.
#[derive(Default, Debug, PartialEq, Eq)]
pub(crate) enum Wake {
    #[default]
    Nobody,
    Some(BTreeSet<ClientId>),
    All,
}

impl Effects {
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
    /// Of the run, for what it brings while it goes on.
    pub(crate) number: u64,
    /// Whether it brings something.
    pub(crate) brings: bool,
    pub(crate) name: &'static str,
    pub(crate) body: Body,
    pub(crate) call: Call,
}

/// Why the server closes a socket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Close {
    /// The same client has another socket now.
    TakenOver,
    /// The program wants it so; the person is to read why.
    Disconnected(Arc<str>),
}

/// What happened since the start, for `/health` and tests.
#[derive(Debug, Default, Clone, PartialEq, Eq, serde::Serialize)]
pub(crate) struct Counts {
    /// Commands that were taken.
    pub(crate) commands: u64,
    /// Commands that came again.
    pub(crate) repeated: u64,
    /// Pushes that were taken from the program itself.
    pub(crate) pushes: u64,
    /// Values that a newer one replaced in a queue.
    pub(crate) merged: u64,
    /// Runs of callbacks.
    pub(crate) runs: u64,
    /// Runs that returned an error or panicked.
    pub(crate) failures: u64,
    /// Ticks that came before the last run of their source was over.
    pub(crate) late: u64,
    /// Refused frames, by kind.
    pub(crate) refused: BTreeMap<&'static str, u64>,
}

impl Counts {
    pub(crate) fn refused(&mut self, refusal: &Refusal) {
        *self.refused.entry(refusal.kind()).or_default() += 1;
    }
}
