//! An item of a queue: the cause of one turn.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use litemap::LiteMap;

use super::requests::RequestNo;
use crate::{
    callback::{spec::Scope, trigger::Occasion},
    client::ClientId,
    edit::Patch,
    numbers::{CallbackNo, PropNo, RowNo},
    value::Value,
};

/// The command that an item belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Ticket {
    pub(crate) client: ClientId,
    pub(crate) number: Number,
}

/// The number of a command. It decides where the outcome is reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Number {
    /// The page has numbered it. The outcome is sent in a frame.
    Frame(u64),
    /// It came over HTTP. The outcome is the response.
    Request(RequestNo),
}

/// The cause of one turn, with the client that it is for.
#[derive(Debug, Clone)]
pub(crate) struct Item {
    /// The client that sent the command, or whose private callbacks the turn is for.
    pub(crate) client: Option<ClientId>,
    pub(crate) ticket: Option<Ticket>,
    pub(crate) cause: Cause,
}

/// The cause of a turn.
#[derive(Debug, Clone)]
pub(crate) enum Cause {
    /// Properties changed, or events happened.
    Changes(Changes),
    /// The start: of the dashboard, or of a client.
    Start,
    /// A client has connected or disconnected, or the table of clients has changed.
    Hook(Hook),
    /// A tick of this source.
    Tick(CallbackNo),
    /// The quality of these properties has changed. Starts each of these callbacks, which read it.
    Quality(BTreeSet<(CallbackNo, PropNo)>),
}

/// Until when an event may be carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Expiry {
    /// After this time it must not be carried out any more.
    pub(crate) at: Duration,
    /// The largest age, for messages.
    pub(crate) lifespan: Duration,
}

/// Callbacks that were cancelled, each with the client whose person has cancelled it. `None`: the program did.
pub(crate) type Cancelled = BTreeMap<CallbackNo, Option<ClientId>>;

/// The changes for one turn: the part of an [`Entry`](super::entry::Entry) that concerns its island.
#[derive(Debug, Clone)]
pub(crate) struct Changes {
    pub(crate) scopes: Scopes,
    pub(crate) values: LiteMap<PropNo, Changed>,
    /// Rows that were added. Their callbacks run for them.
    pub(crate) new_rows: Vec<RowNo>,
    pub(crate) merge: Merge,
    /// After this time, its events must not be carried out any more. `None` if it has none, or there is no limit.
    pub(crate) expires: Option<Expiry>,
    /// Why its events were dropped while its values go on.
    pub(crate) dropped: Option<String>,
    /// Callbacks that were cancelled before they ran.
    pub(crate) cancelled: Cancelled,
    /// Whether it makes something safe, and so overtakes what waits.
    pub(crate) releases: bool,
}

impl Item {
    /// The start: of the dashboard, or of a client.
    pub(crate) const fn start(client: Option<ClientId>) -> Self {
        Self { client, ticket: None, cause: Cause::Start }
    }

    /// Its changes, unless it is a view update.
    pub(super) fn requested(&self) -> Option<&Changes> {
        match &self.cause {
            Cause::Changes(changes) if changes.merge != Merge::View => Some(changes),
            _ => None,
        }
    }

    /// Whether it makes something safe.
    pub(super) const fn releases(&self) -> bool {
        matches!(&self.cause, Cause::Changes(changes) if changes.releases)
    }

    /// The time after which its events must not be carried out any more.
    pub(super) const fn expires(&self) -> Option<Expiry> {
        match &self.cause {
            Cause::Changes(changes) => changes.expires,
            _ => None,
        }
    }

    pub(super) const fn is_view(&self) -> bool {
        matches!(&self.cause, Cause::Changes(changes) if matches!(changes.merge, Merge::View))
    }

    /// Whether it takes one of the bounded places of a queue. Commands do, and changes that are for everybody or must
    /// not merge. View updates do not, because they merge.
    pub(super) fn takes_place(&self) -> bool {
        self.requested().is_some_and(|changes| takes_place(self.client, self.ticket.is_some(), changes.merge))
    }

    /// Whether it must still run after its client is forgotten: a command, or changes for shared callbacks.
    pub(super) fn outlives_its_client(&self) -> bool {
        self.requested().is_some_and(|changes| self.ticket.is_some() || changes.scopes.covers(Scope::Shared))
    }
}

/// Which callbacks of the island a turn starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scopes {
    Shared,
    /// The private callbacks of the item's client.
    Private,
    Both,
}

impl Scopes {
    pub(crate) const fn covers(self, scope: Scope) -> bool {
        match scope {
            Scope::Shared => !matches!(self, Self::Private),
            Scope::Private => !matches!(self, Self::Shared),
        }
    }
}

/// How changes may merge while they wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Merge {
    /// Never. For events, `queue = all`, edits, and requests with several values.
    Never,
    /// Newer values of the same sender replace them, at the end of the queue.
    Newest,
    /// A view update for private callbacks. Newer values join it in its place.
    View,
}

/// One value or event of a turn.
#[derive(Debug, Clone)]
pub(crate) struct Changed {
    pub(crate) content: Content,
    pub(crate) effect: TakesEffect,
}

impl Changed {
    /// The value, if it is not an edit.
    pub(super) fn value(self) -> Option<Value> {
        if let Content::Value(value) = self.content { Some(value) } else { None }
    }
}

#[derive(Debug, Clone)]
pub(crate) enum Content {
    /// A value, or the payload of an event.
    Value(Value),
    /// An edit of a value that a callback of the lane writes too. The result is in the store.
    Edit(Patch),
}

/// When a change takes effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TakesEffect {
    /// In its turn.
    AtTurn,
    /// On arrival, at this revision.
    At(u64),
    /// Not in this turn. The turn only updates a client's view.
    ViewOnly,
}

impl Changes {
    /// A view update for a client, with these values.
    pub(crate) fn view(values: BTreeMap<PropNo, Value>) -> Self {
        let shown = |value| Changed { content: Content::Value(value), effect: TakesEffect::ViewOnly };
        Self {
            scopes: Scopes::Private,
            values: values.into_iter().map(|(prop, value)| (prop, shown(value))).collect(),
            new_rows: Vec::new(),
            merge: Merge::View,
            expires: None,
            dropped: None,
            cancelled: Cancelled::new(),
            releases: false,
        }
    }
}

/// Whether changes take one of the bounded places of a queue: see [`Item::takes_place`].
pub(super) fn takes_place(client: Option<ClientId>, ticketed: bool, merge: Merge) -> bool {
    merge != Merge::View && (ticketed || client.is_none() || merge == Merge::Never)
}

/// A change of a client's presence, or of the table of clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hook {
    Connect,
    Disconnect,
    /// Something in the table has changed.
    Clients,
    /// Another callback has changed the session.
    Session,
}

impl Hook {
    /// Whether one turn that waits does as much as two.
    pub(crate) const fn merges(self) -> bool {
        matches!(self, Self::Clients | Self::Session)
    }
}

impl From<Hook> for Occasion {
    fn from(hook: Hook) -> Self {
        match hook {
            Hook::Connect => Self::Connect,
            Hook::Disconnect => Self::Disconnect,
            Hook::Clients => Self::Clients,
            Hook::Session => Self::Session,
        }
    }
}
