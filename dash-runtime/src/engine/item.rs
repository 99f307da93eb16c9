//! What waits in a queue: one thing to take a turn for.

use std::collections::{BTreeMap, BTreeSet};

use litemap::LiteMap;

use super::requests::RequestNo;
use crate::{
    callback::{spec::Scope, trigger::Occasion},
    client::ClientId,
    edit::Patch,
    numbers::{CallbackNo, PropNo, RowNo},
    value::Value,
};

/// A command that an item belongs to: whose, and its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ticket {
    pub(crate) client: ClientId,
    pub(crate) number: Number,
}

/// How a command is known, and so where its outcome goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Number {
    /// A page has numbered it, and is told with a frame.
    Frame(u64),
    /// It came by itself, and the outcome is the answer.
    Request(RequestNo),
}

/// One thing to take a turn for.
#[derive(Debug, Clone)]
pub(crate) struct Item {
    /// The client that it is done for, if any: whose command it was, or whose private view is to be brought up to date.
    pub(crate) client: Option<ClientId>,
    pub(crate) ticket: Option<Ticket>,
    pub(crate) cause: Cause,
}

/// Why a turn is taken.
#[derive(Debug, Clone)]
pub(crate) enum Cause {
    /// Properties changed, or events happened, whoever wanted it.
    Changes(Changes),
    /// The start: of the dashboard, or of a client.
    Start,
    /// A client has come, or has gone; or the table of clients is another one.
    Hook(Hook),
    /// A source's time has come.
    Tick(CallbackNo),
}

/// What one turn is told: the part of an [`Entry`](super::entry::Entry) that concerns its island.
#[derive(Debug, Clone)]
pub(crate) struct Changes {
    pub(crate) starts: Starts,
    pub(crate) values: LiteMap<PropNo, Changed>,
    /// Rows that have come, whose callbacks run for them.
    pub(crate) born: Vec<RowNo>,
    pub(crate) merge: Merge,
    /// Callbacks that were cancelled before it was their turn.
    pub(crate) cancelled: BTreeSet<CallbackNo>,
}

impl Item {
    /// The start: of the dashboard, or of a client.
    pub(crate) const fn start(client: Option<ClientId>) -> Self {
        Self { client, ticket: None, cause: Cause::Start }
    }

    /// Its changes, unless they are only shown.
    pub(super) fn asked(&self) -> Option<&Changes> {
        match &self.cause {
            Cause::Changes(changes) if changes.merge != Merge::View => Some(changes),
            _ => None,
        }
    }

    pub(super) const fn is_view(&self) -> bool {
        matches!(&self.cause, Cause::Changes(changes) if matches!(changes.merge, Merge::View))
    }

    /// Whether it takes one of the bounded places of a queue: commands do, and changes that are for all or must not merge.
    /// What one client is shown merges.
    pub(super) fn takes_place(&self) -> bool {
        self.asked().is_some_and(|changes| takes_place(self.client, self.ticket.is_some(), changes.merge))
    }

    /// Whether it is still to be done when its client is forgotten: somebody's command that all share.
    pub(super) fn outlives_its_client(&self) -> bool {
        self.asked().is_some_and(|changes| self.ticket.is_some() || changes.starts.covers(Scope::Shared))
    }
}

/// Which callbacks of the island a turn starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Starts {
    Shared,
    /// Those that the item's client has for itself.
    Private,
    Both,
}

impl Starts {
    pub(crate) const fn covers(self, scope: Scope) -> bool {
        match scope {
            Scope::Shared => !matches!(self, Self::Private),
            Scope::Private => !matches!(self, Self::Shared),
        }
    }
}

/// What may happen to changes while they wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Merge {
    /// Each of them counts: events, `queue = all`, edits, requests with several values.
    Never,
    /// Newer values of the same sender take their place, at the end of the queue.
    Newest,
    /// They are only shown to private callbacks: newer ones join them where they are.
    View,
}

/// One value of a turn, or one event.
#[derive(Debug, Clone)]
pub(crate) struct Changed {
    pub(crate) what: What,
    pub(crate) effect: Effect,
}

#[derive(Debug, Clone)]
pub(crate) enum What {
    /// A value, or what an event carries.
    Value(Value),
    /// An edit of a value that a callback of the lane writes too. What came of it is in the store.
    Edit(Patch),
}

/// When a change takes effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    /// With the turn.
    AtTurn,
    /// It was in the store at this revision when it arrived.
    At(u64),
    /// The turn has no part in it: it only brings a client's view up to date.
    Shown,
}

impl Changes {
    /// A client is shown these values.
    pub(crate) fn view(values: BTreeMap<PropNo, Value>) -> Self {
        let shown = |value| Changed { what: What::Value(value), effect: Effect::Shown };
        Self {
            starts: Starts::Private,
            values: values.into_iter().map(|(prop, value)| (prop, shown(value))).collect(),
            born: Vec::new(),
            merge: Merge::View,
            cancelled: BTreeSet::new(),
        }
    }
}

/// Whether changes take one of the bounded places of a queue: see [`Item::takes_place`].
pub(super) fn takes_place(client: Option<ClientId>, ticketed: bool, merge: Merge) -> bool {
    merge != Merge::View && (ticketed || client.is_none() || merge == Merge::Never)
}

/// What happens to a client, or to the table of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hook {
    Connect,
    Disconnect,
    /// The table is another one, whatever it is that changed.
    Clients,
}

impl From<Hook> for Occasion {
    fn from(hook: Hook) -> Self {
        match hook {
            Hook::Connect => Self::Connect,
            Hook::Disconnect => Self::Disconnect,
            Hook::Clients => Self::Clients,
        }
    }
}
