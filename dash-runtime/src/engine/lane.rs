//! One queue: the turns that wait, and the one that runs.
//!
//! An island has one lane for everybody, or, if it has only private callbacks and no device, one per client. A lane
//! takes one item after the other; everything that the item starts is one turn.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::{
    item::{Cause, Hook, Item, Merge, Ticket, takes_place},
    route::Props,
    turn::Turn,
};
use crate::{
    callback::{spec::Scope, task::Cancellation},
    client::ClientId,
    numbers::{CallbackNo, IslandNo, PropNo, RowNo},
    value::Value,
};

/// Which lane.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct LaneId {
    pub(crate) island: IslandNo,
    /// For an island with a lane per client.
    pub(crate) client: Option<ClientId>,
}

/// One queue.
#[derive(Default)]
pub(crate) struct Lane {
    queue: VecDeque<Item>,
    pub(crate) turn: Option<Turn>,
    /// Shared state as of this lane's place in the order of events: what callbacks read. A value that arrived later
    /// than what is being handled is in the store already, but not here. Only what every change of comes through this
    /// lane is in it: see `IslandPlan::view`.
    pub(crate) view: BTreeMap<PropNo, Value>,
}

impl Lane {
    /// Empty, seeing these values.
    pub(crate) fn new(view: BTreeMap<PropNo, Value>) -> Self {
        Self { view, ..Self::default() }
    }

    /// Queues `item`, and returns the command whose place it took.
    ///
    /// Never refuses: what needs room was asked for it before ([`has_room`](Self::has_room)), and of everything else there
    /// is a bounded number, because it merges: a tick per source, a start per client, a look at the table of clients per
    /// client, and two views per client between two of its commands.
    pub(crate) fn offer(&mut self, mut item: Item) -> Option<Ticket> {
        let Cause::Changes(new) = &mut item.cause else {
            // Who waits to look at the table will see this change, too.
            let waits = matches!(item.cause, Cause::Hook(Hook::Clients)) && self.has_hook(item.client, Hook::Clients);
            if !waits {
                self.queue.push_back(item);
            }
            return None;
        };
        let is_view = new.merge == Merge::View;
        let found = if self.queue.is_empty() {
            None
        } else {
            let props = new.values.keys().map(|prop| (*prop, ())).collect();
            self.mergeable(item.client, item.ticket.is_some(), new.merge, &props)
        };
        let mut replaced = None;
        match found {
            // Where it is, so that there is an end to the waiting.
            Some(at) if is_view => {
                if let Cause::Changes(old) = &mut self.queue[at].cause {
                    old.values.extend(std::mem::take(&mut new.values));
                }
                return None;
            }
            Some(at) => {
                let newer = self.set_since(at + 1);
                let old = self.queue.remove(at);
                self.thin_out(item.client, at);
                replaced = old.as_ref().and_then(|old| old.ticket);
                if let Some(Cause::Changes(old)) = old.map(|old| old.cause) {
                    new.born.extend(old.born);
                    for (prop, changed) in old.values.into_iter().filter(|(prop, _)| !newer.contains(prop)) {
                        let _ = new.values.try_insert(prop, changed);
                    }
                }
            }
            None => {}
        }
        let client = item.client;
        self.queue.push_back(item);
        if is_view {
            self.thin_out(client, self.queue.len() - 1);
        }
        replaced
    }

    /// The waiting changes of the same sender that new ones of these properties join, or take the place of.
    ///
    /// What stands between the two must not notice: nothing else that this client asked for, and nobody's event, which was
    /// made by somebody who saw the older value. A view concerns its client alone, so only what the client did is in its
    /// way, and what sets one of its values for all: a view must not come before that.
    fn mergeable(&self, client: Option<ClientId>, ticketed: bool, merge: Merge, props: &Props) -> Option<usize> {
        if merge == Merge::Never {
            return None;
        }
        let is_view = merge == Merge::View;
        for (at, item) in self.queue.iter().enumerate().rev() {
            let Cause::Changes(old) = &item.cause else { continue };
            let same = item.client == client;
            if old.merge == Merge::Never && (same || !is_view) {
                return None;
            }
            let sets_one = || old.values.keys().any(|prop| props.contains_key(prop));
            match (ticketed, item.ticket.is_some()) {
                _ if !same => {
                    if is_view && old.merge != Merge::View && sets_one() {
                        return None;
                    }
                }
                // Of what was cancelled nothing is to begin with a newer value.
                _ if old.merge != Merge::View && !old.cancelled.is_empty() => return None,
                (true, true) => return old.values.keys().eq(props.keys()).then_some(at),
                (false, false) => return Some(at),
                (true, false) => {}
                (false, true) => return None,
            }
        }
        None
    }

    /// The properties that senders set from this place on. (What is only shown sets nothing.)
    fn set_since(&self, from: usize) -> BTreeSet<PropNo> {
        let asked = self.queue.range(from..).filter_map(Item::asked);
        asked.flat_map(|changes| changes.values.keys().copied()).collect()
    }

    /// Of what a client is shown around this place, with nothing in between that it asked for, two turns are enough: the
    /// first keeps its place, so that there is an end to the waiting, and the rest is shown with the last.
    fn thin_out(&mut self, client: Option<ClientId>, around: usize) {
        let is_own = |queue: &VecDeque<Item>, at: &usize| queue[*at].client == client;
        let is_view = |queue: &VecDeque<Item>, at: &usize| queue[*at].is_view();
        let queue = &self.queue;
        let before = (0..around).rev().filter(|at| is_own(queue, at)).take_while(|at| is_view(queue, at));
        let after = (around..queue.len()).filter(|at| is_own(queue, at)).take_while(|at| is_view(queue, at));
        let mut shown: Vec<usize> = before.chain(after).collect();
        shown.sort_unstable();
        let [_, between @ .., _] = shown.as_slice() else { return };
        let mut joined = BTreeMap::new();
        for (removed, at) in between.iter().enumerate() {
            if let Some(Cause::Changes(changes)) = self.queue.remove(at - removed).map(|item| item.cause) {
                joined.extend(changes.values);
            }
        }
        let last = shown[shown.len() - 1] - between.len();
        if let Some(Cause::Changes(changes)) = self.queue.get_mut(last).map(|item| &mut item.cause) {
            for (prop, value) in joined {
                let _ = changes.values.try_insert(prop, value);
            }
        }
    }

    /// How many turns wait that take one of the bounded places: [`Item::takes_place`].
    pub(crate) fn bounded(&self) -> usize {
        self.queue.iter().filter(|item| item.takes_place()).count()
    }

    /// Whether changes of these properties would take one more of the bounded places.
    pub(crate) fn needs_place(&self, client: Option<ClientId>, ticketed: bool, merge: Merge, props: &Props) -> bool {
        takes_place(client, ticketed, merge) && self.mergeable(client, ticketed, merge, props).is_none()
    }

    /// Whether `callback` is at one of these `runs`, or is to be because of a command or a push; of `client` only, if given.
    /// `starts` tells whether a property starts it.
    pub(crate) fn works_on(
        &self,
        callback: CallbackNo,
        runs: &[(usize, RowNo)],
        scope: Scope,
        client: Option<ClientId>,
        starts: impl Fn(PropNo) -> bool,
    ) -> bool {
        let is_of = |other: Option<ClientId>| client.is_none() || client == other;
        let runs = |turn: &Turn| {
            let now = turn.running.as_ref().filter(|running| running.callback == callback);
            runs.iter().any(|run| now.is_some_and(|now| now.row == run.1) || turn.pending.contains(run))
        };
        let waits = |item: &Item| {
            item.asked().is_some_and(|changes| {
                let is_started = changes.starts.covers(scope) && changes.values.keys().any(|prop| starts(*prop));
                is_started && !changes.cancelled.contains(&callback)
            })
        };
        self.turn.as_ref().is_some_and(|turn| is_of(turn.client) && runs(turn))
            || self.queue.iter().any(|item| is_of(item.client) && waits(item))
    }

    /// Cancels what [`works_on`](Self::works_on) would find: what waits does not begin, and what runs is given back, to be
    /// told.
    pub(crate) fn cancel(
        &mut self,
        callback: CallbackNo,
        place: usize,
        scope: Scope,
        client: Option<ClientId>,
        starts: impl Fn(PropNo) -> bool,
    ) -> Option<Cancellation> {
        let is_of = |other: Option<ClientId>| client.is_none() || client == other;
        for item in self.queue.iter_mut().filter(|item| is_of(item.client)) {
            match &mut item.cause {
                Cause::Changes(changes)
                    if changes.merge != Merge::View
                        && changes.starts.covers(scope)
                        && changes.values.keys().any(|prop| starts(*prop)) =>
                {
                    changes.cancelled.insert(callback);
                }
                _ => {}
            }
        }
        let turn = self.turn.as_mut().filter(|turn| is_of(turn.client))?;
        // What is of rows cannot be cancelled.
        if turn.pending.remove(&(place, RowNo::NONE)) {
            turn.cancelled.insert(callback);
        }
        turn.running.as_ref().filter(|running| running.callback == callback)?.task.clone()
    }

    /// Whether a tick of `source` waits.
    pub(crate) fn has_tick(&self, source: CallbackNo) -> bool {
        self.queue.iter().any(|item| matches!(item.cause, Cause::Tick(other) if other == source))
    }

    fn has_hook(&self, client: Option<ClientId>, hook: Hook) -> bool {
        let is_it = |item: &Item| item.client == client && matches!(item.cause, Cause::Hook(other) if other == hook);
        self.queue.iter().any(is_it)
    }

    /// Takes back that the client has come, or has gone, if that still waits.
    pub(crate) fn take_back(&mut self, client: ClientId, hook: Hook) -> bool {
        let is_it =
            |item: &Item| item.client == Some(client) && matches!(item.cause, Cause::Hook(other) if other == hook);
        let found = self.queue.iter().position(is_it);
        found.and_then(|at| self.queue.remove(at)).is_some()
    }

    pub(crate) fn next(&mut self) -> Option<Item> {
        self.queue.pop_front()
    }

    /// Forgets what waits for a client that is gone.
    pub(crate) fn forget(&mut self, client: ClientId) {
        self.queue.retain(|item| item.client != Some(client) || item.outlives_its_client());
    }

    pub(crate) fn is_idle(&self) -> bool {
        self.turn.is_none() && self.queue.is_empty()
    }
}
