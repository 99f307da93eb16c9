//! A turn: one cause and everything that it starts.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use super::{
    item::{Cancelled, Hook, Ticket},
    refused::Revert,
    store::Change,
};
use crate::{
    callback::{task::Cancellation, trigger::Occasion},
    client::ClientId,
    numbers::{CallbackNo, PropNo, RowNo},
    value::Value,
};

/// The run that is in progress.
#[derive(Debug)]
pub(crate) struct Running {
    pub(crate) callback: CallbackNo,
    /// The row that it runs for. `RowNo::NONE` if the callback is not for rows.
    pub(crate) row: RowNo,
    /// Unique in this engine.
    pub(crate) number: u64,
    /// The handle to cancel it, if it can be cancelled.
    pub(crate) task: Option<Cancellation>,
    /// The client that cancelled it, if a client did.
    pub(crate) cancelled_by: Option<ClientId>,
    /// The time at which it is overdue, if it ever is.
    pub(crate) due: Option<Duration>,
    /// The reason that its outputs are marked with, if it is overdue.
    pub(crate) overdue: Option<Arc<str>>,
}

/// The turn that runs in a lane.
#[derive(Debug)]
pub(crate) struct Turn {
    pub(crate) client: Option<ClientId>,
    pub(crate) ticket: Option<Ticket>,
    /// The hook, if the turn runs hooks.
    pub(crate) hook: Option<Hook>,
    /// The reason for the turn. It is `Change` if properties have changed.
    pub(crate) occasion: Occasion,
    /// The properties that have started callbacks in this turn so far.
    pub(crate) changed: BTreeSet<PropNo>,
    /// The events of this turn, with their payloads.
    pub(crate) events: BTreeMap<PropNo, Value>,
    pub(crate) running: Option<Running>,
    /// The values of guarded properties from before the run. They are restored after the run.
    pub(crate) guarded: Vec<(PropNo, Value)>,
    /// Callbacks that a change of the quality of these properties need not start, when it is published: this turn has
    /// started them, or the change comes from themselves.
    pub(crate) rated: BTreeSet<(CallbackNo, PropNo)>,
    /// The properties of which a change of the quality has started this turn.
    pub(crate) follows: BTreeSet<PropNo>,
    /// The values that are marked because the run that is overdue has not taken them.
    pub(crate) not_taken: Vec<PropNo>,
    /// Callbacks that were cancelled, before they ran or while they did.
    pub(crate) cancelled: Cancelled,
    /// Why a gate has closed that has cancelled callbacks of this turn.
    pub(crate) closed: Option<Arc<str>>,
    /// The runs that are pending: the callback's place in the order of its island, and the row that it runs for.
    pub(crate) pending: BTreeSet<(usize, RowNo)>,
    /// Callbacks that this turn does not start any more, because a gate has closed.
    pub(crate) barred: BTreeSet<CallbackNo>,
    /// Shared changes that are not committed yet.
    pub(crate) staged: Vec<(PropNo, Change)>,
    /// Private changes for `client` that are not committed yet.
    pub(crate) own_staged: Vec<(PropNo, Change)>,
    /// When the values among them were written that some callback reads with their time. `true`: for everybody.
    pub(crate) dates: BTreeMap<(bool, PropNo), Duration>,
    /// The clients that this turn still has to wake.
    pub(crate) unsent: Unsent,
    pub(crate) failure: Option<String>,
    /// Whether it makes something safe. Then its runs cannot be cancelled.
    pub(crate) releases: bool,
    /// Values that take effect again at the end of the turn.
    pub(crate) reverts: Vec<Revert>,
}

impl Turn {
    /// A turn in which nothing has happened yet.
    pub(crate) const fn new(client: Option<ClientId>, ticket: Option<Ticket>) -> Self {
        Self {
            client,
            ticket,
            hook: None,
            occasion: Occasion::Change,
            changed: BTreeSet::new(),
            events: BTreeMap::new(),
            running: None,
            guarded: Vec::new(),
            rated: BTreeSet::new(),
            follows: BTreeSet::new(),
            not_taken: Vec::new(),
            cancelled: Cancelled::new(),
            closed: None,
            pending: BTreeSet::new(),
            barred: BTreeSet::new(),
            staged: Vec::new(),
            own_staged: Vec::new(),
            dates: BTreeMap::new(),
            unsent: Unsent::Nothing,
            failure: None,
            releases: false,
            reverts: Vec::new(),
        }
    }

    /// Whether a callback runs for this row, or will.
    pub(crate) fn concerns(&self, row: RowNo) -> bool {
        let runs = self.running.as_ref().is_some_and(|running| running.row == row);
        runs || self.pending.iter().any(|(_, other)| *other == row)
    }

    /// A gate has closed. Runs that are pending do not begin if `starts` names their callback, which has a place in the
    /// island. If a command has started the turn, neither do those of `moves`, nor do its runs start them later.
    pub(crate) fn close(&mut self, starts: impl Fn(usize) -> Option<CallbackNo>, moves: &BTreeSet<CallbackNo>) {
        self.barred.extend(moves.iter().filter(|_| self.ticket.is_some()));
        for (place, row) in std::mem::take(&mut self.pending) {
            match starts(place) {
                Some(callback) => _ = self.cancelled.entry(callback).or_insert(None),
                None => _ = self.pending.insert((place, row)),
            }
        }
    }

    /// Adds a change that will be published: for everybody if `shared`, else for the turn's client.
    pub(crate) fn stage(&mut self, shared: bool, change: (PropNo, Change)) {
        let (staged, whom) = match shared {
            true => (&mut self.staged, Unsent::Shared),
            false => (&mut self.own_staged, Unsent::Own),
        };
        staged.push(change);
        self.unsent = self.unsent.max(whom);
    }

    /// The same for several changes.
    pub(crate) fn stage_all(&mut self, shared: bool, changes: impl IntoIterator<Item = (PropNo, Change)>) {
        changes.into_iter().for_each(|change| self.stage(shared, change));
    }
}

/// The clients that a turn has news for.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Unsent {
    #[default]
    Nothing,
    /// The client that the turn is for.
    Own,
    /// Everybody.
    Shared,
}
