//! A turn: one cause and everything that it starts.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    item::{Hook, Ticket},
    store::Change,
};
use crate::{
    callback::{task::Cancellation, trigger::Occasion},
    client::ClientId,
    numbers::{CallbackNo, PropNo, RowNo},
    value::Value,
};

/// The run that goes on.
#[derive(Debug)]
pub(crate) struct Running {
    pub(crate) callback: CallbackNo,
    /// The row that it runs for; 0 if it is not of rows.
    pub(crate) row: RowNo,
    /// No other run of the engine has this number.
    pub(crate) number: u64,
    /// To cancel it, if it can be.
    pub(crate) task: Option<Cancellation>,
}

/// The turn that runs.
#[derive(Debug)]
pub(crate) struct Turn {
    pub(crate) client: Option<ClientId>,
    pub(crate) ticket: Option<Ticket>,
    /// If the client coming or going is what it is about.
    pub(crate) hook: Option<Hook>,
    /// What it is about, if not about properties.
    pub(crate) occasion: Occasion,
    /// The properties that started callbacks in it, so far.
    pub(crate) changed: BTreeSet<PropNo>,
    /// The events that happened, with their payloads.
    pub(crate) events: BTreeMap<PropNo, Value>,
    pub(crate) running: Option<Running>,
    /// What properties were before it began, for those that have another value while it runs.
    pub(crate) held: Vec<(PropNo, Value)>,
    /// Callbacks that were cancelled before it was their turn.
    pub(crate) cancelled: BTreeSet<CallbackNo>,
    /// Places (in the island's order) of callbacks that are to run, each with the row that it is to run for.
    pub(crate) pending: BTreeSet<(usize, RowNo)>,
    /// Shared changes that are not in the store yet.
    pub(crate) staged: Vec<(PropNo, Change)>,
    /// Changes that only `client` sees, not in its slots yet.
    pub(crate) own_staged: Vec<(PropNo, Change)>,
    /// Whom there is something new for that they were not woken for.
    pub(crate) unsent: Unsent,
    pub(crate) failure: Option<String>,
}

impl Turn {
    /// A turn that nothing has happened in.
    pub(crate) const fn new(client: Option<ClientId>, ticket: Option<Ticket>) -> Self {
        Self {
            client,
            ticket,
            hook: None,
            occasion: Occasion::Change,
            changed: BTreeSet::new(),
            events: BTreeMap::new(),
            running: None,
            held: Vec::new(),
            cancelled: BTreeSet::new(),
            pending: BTreeSet::new(),
            staged: Vec::new(),
            own_staged: Vec::new(),
            unsent: Unsent::Nothing,
            failure: None,
        }
    }

    /// Changes that are to be published: for everybody if `shared`, else for the turn's client.
    pub(crate) fn stage(&mut self, shared: bool, changes: impl IntoIterator<Item = (PropNo, Change)>) {
        let mut changes = changes.into_iter().peekable();
        if changes.peek().is_none() {
            return;
        }
        let (staged, whom) = match shared {
            true => (&mut self.staged, Unsent::Shared),
            false => (&mut self.own_staged, Unsent::Own),
        };
        staged.extend(changes);
        self.unsent = self.unsent.max(whom);
    }
}

/// Whom a turn has something new for.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Unsent {
    #[default]
    Nothing,
    /// The client that the turn is for.
    Own,
    /// Everybody.
    Shared,
}
