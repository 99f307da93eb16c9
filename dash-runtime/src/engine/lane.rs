//! One queue: the turns that wait, and the one that runs.
//!
//! An island has one lane for everybody, or, if it has only private callbacks and no device, one per client. A lane
//! takes one item after the other; everything that the item starts is one turn.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::{
    plan::{CallbackNo, IslandNo, PropNo},
    store::Change,
};
use crate::{client::ClientId, value::Value};

/// Which lane.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct LaneId {
    pub(crate) island: IslandNo,
    /// For an island with a lane per client.
    pub(crate) client: Option<ClientId>,
}

/// A command that an item belongs to: whose, and its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ticket {
    pub(crate) client: ClientId,
    pub(crate) number: u64,
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
    /// A browser set a property, or made an event happen.
    Command {
        prop: PropNo,
        value: Value,
        /// Whether the value takes effect with this turn (and not before, on arrival).
        commit: bool,
    },
    /// Shared state changed, and a client's private callbacks read it.
    Seen(BTreeMap<PropNo, Value>),
    /// The start: of the dashboard, or of a client.
    Start,
    /// A source's time has come.
    Tick(CallbackNo),
}

/// One queue.
#[derive(Default)]
pub(crate) struct Lane {
    queue: VecDeque<Item>,
    pub(crate) turn: Option<Turn>,
    /// Shared state as of this lane's place in the order of events: what callbacks read. A value that arrived later
    /// than what is being handled is in the store already, but not here.
    pub(crate) view: BTreeMap<PropNo, Value>,
}

/// The turn that runs.
#[derive(Debug)]
pub(crate) struct Turn {
    pub(crate) client: Option<ClientId>,
    pub(crate) ticket: Option<Ticket>,
    /// The events that happened, with their payloads.
    pub(crate) events: BTreeMap<PropNo, Value>,
    /// Places (in the island's order) of callbacks that are to run.
    pub(crate) pending: BTreeSet<usize>,
    /// Shared changes that are not in the store yet.
    pub(crate) staged: Vec<(PropNo, Change)>,
    /// Changes that only `client` sees, not in its slots yet.
    pub(crate) own_staged: Vec<(PropNo, Change)>,
    /// Whom there is something new for that they were not woken for.
    pub(crate) unsent: Unsent,
    pub(crate) failure: Option<String>,
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

/// What happened to an item that was offered.
pub(crate) enum Queued {
    /// It waits, or runs next.
    Last,
    /// It took the place of this one.
    Instead(Item),
    /// The queue is full.
    Full,
}

impl Lane {
    /// Empty, seeing these values.
    pub(crate) fn new(view: BTreeMap<PropNo, Value>) -> Self {
        Self { view, ..Self::default() }
    }

    /// Queues `item`. A state that waits for the same client, with nothing of that client's behind it, gives way to
    /// the newer one if `may_merge`: what the client asked for in between keeps its place and sees what was set before.
    pub(crate) fn offer(&mut self, item: Item, may_merge: bool, limit: usize) -> Queued {
        if may_merge && let Some(at) = self.last_of(item.client) {
            match (&mut self.queue[at].cause, &item.cause) {
                (Cause::Command { prop: old, .. }, Cause::Command { prop: new, .. }) if old == new => {
                    let replaced = self.queue.remove(at);
                    self.queue.push_back(item);
                    return replaced.map_or(Queued::Last, Queued::Instead);
                }
                (Cause::Seen(old), Cause::Seen(new)) => {
                    old.extend(new.iter().map(|(prop, value)| (*prop, value.clone())));
                    return Queued::Last;
                }
                _ => {}
            }
        }
        if self.queue.len() >= limit {
            return Queued::Full;
        }
        self.queue.push_back(item);
        Queued::Last
    }

    fn last_of(&self, client: Option<ClientId>) -> Option<usize> {
        client?;
        self.queue.iter().rposition(|item| item.client == client)
    }

    /// Whether `offer` would take a command for `prop` of `client`.
    pub(crate) fn has_room(&self, client: ClientId, prop: PropNo, may_merge: bool, limit: usize) -> bool {
        let merges = || {
            self.last_of(Some(client))
                .is_some_and(|at| matches!(self.queue[at].cause, Cause::Command { prop: old, .. } if old == prop))
        };
        self.queue.len() < limit || (may_merge && merges())
    }

    /// Whether a tick of `source` waits.
    pub(crate) fn has_tick(&self, source: CallbackNo) -> bool {
        self.queue.iter().any(|item| matches!(item.cause, Cause::Tick(other) if other == source))
    }

    pub(crate) fn next(&mut self) -> Option<Item> {
        self.queue.pop_front()
    }

    /// Forgets what waits for a client that is gone.
    pub(crate) fn forget(&mut self, client: ClientId) {
        self.queue.retain(|item| item.client != Some(client) || matches!(item.cause, Cause::Command { .. }));
    }

    pub(crate) fn is_idle(&self) -> bool {
        self.turn.is_none() && self.queue.is_empty()
    }
}
