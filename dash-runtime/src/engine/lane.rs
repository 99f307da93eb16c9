//! A lane is one serial queue: the items that wait, and the turn that runs.
//!
//! An island has one lane for everybody. If it has only private callbacks and no device, it has one lane per client. A
//! lane takes one item after the other. Everything that an item starts is one turn.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    time::Duration,
};

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

/// The id of a lane.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct LaneId {
    pub(crate) island: IslandNo,
    /// Set for an island with one lane per client.
    pub(crate) client: Option<ClientId>,
}

/// One queue.
#[derive(Default)]
pub(crate) struct Lane {
    queue: VecDeque<Item>,
    pub(crate) turn: Option<Turn>,
    /// Whether the last item has passed ticks that wait.
    has_passed: bool,
    /// Shared state as of the current item of this lane. Callbacks read it. A value that arrived after the current item
    /// is in the store already, but not here. It has only properties whose changes all pass through this lane: see
    /// `IslandPlan::view`.
    pub(crate) view: BTreeMap<PropNo, Value>,
}

impl Lane {
    /// An empty lane with this view.
    pub(crate) fn new(view: BTreeMap<PropNo, Value>) -> Self {
        Self { view, ..Self::default() }
    }

    /// Queues `item`. Returns the ticket of the command that it replaced.
    ///
    /// It never refuses an item. Items that need room are checked before, with [`needs_place`](Self::needs_place) and
    /// [`bounded`](Self::bounded). The number of all other items is bounded because they merge: a tick per source, a
    /// start per client, a change of quality per client, a turn on the table of clients per client, and two view updates per
    /// client between two of its commands.
    pub(crate) fn offer(&mut self, mut item: Item) -> Option<Ticket> {
        let Cause::Changes(new) = &mut item.cause else {
            // A turn on the table or the session that already waits will see this change too.
            let waits = match &mut item.cause {
                Cause::Hook(hook) => hook.merges() && self.has_hook(item.client, *hook),
                Cause::Quality(starts) => self.join_quality(item.client, starts),
                _ => false,
            };
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
            // A view update joins the older one in its place. A new place at the end could make it wait for ever.
            Some(at) if is_view => {
                if let Cause::Changes(old) = &mut self.queue[at].cause {
                    old.values.extend(std::mem::take(&mut new.values));
                }
                return None;
            }
            Some(at) => {
                let newer = self.set_since(at + 1);
                let old = self.queue.remove(at);
                self.compact_views(item.client, at);
                replaced = old.as_ref().and_then(|old| old.ticket);
                if let Some(Cause::Changes(old)) = old.map(|old| old.cause) {
                    new.new_rows.extend(old.new_rows);
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
            self.compact_views(client, self.queue.len() - 1);
        }
        replaced
    }

    /// Queues an item that makes something safe: before all others, except the start and what makes something safe too,
    /// which may set the same properties. It replaces none.
    pub(crate) fn offer_first(&mut self, item: Item) -> Option<Ticket> {
        let stays = |waiting: &&Item| matches!(waiting.cause, Cause::Start) || waiting.releases();
        let at = self.queue.iter().take_while(stays).count();
        self.queue.insert(at, item);
        None
    }

    /// Whether an item of this client waits that makes something safe.
    pub(super) fn has_release(&self, client: ClientId) -> bool {
        self.queue.iter().any(|item| item.client == Some(client) && item.releases())
    }

    /// The waiting item of the same sender that a new item with these properties joins or replaces.
    ///
    /// The items between the two must not be affected by the merge. So there must be no other command of this client
    /// between them, and no event of any client: its sender had seen the older value. A view update concerns only its
    /// own client. So only commands of this client block its merge, and changes that set one of its properties for
    /// everybody, because the view must not be ahead of them.
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
                // A cancelled item must not run with a newer value.
                _ if old.merge != Merge::View && !old.cancelled.is_empty() => return None,
                (true, true) => return old.values.keys().eq(props.keys()).then_some(at),
                (false, false) => return Some(at),
                (true, false) => {}
                (false, true) => return None,
            }
        }
        None
    }

    /// The properties that senders set from this place on. View updates do not count.
    fn set_since(&self, from: usize) -> BTreeSet<PropNo> {
        let asked = self.queue.range(from..).filter_map(Item::requested);
        asked.flat_map(|changes| changes.values.keys().copied()).collect()
    }

    /// Merges the view updates of a client around this place, without a command of it in between, to two. The first
    /// keeps its place, so that its wait is bounded. The others join the last.
    fn compact_views(&mut self, client: Option<ClientId>, around: usize) {
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

    /// The number of waiting items that take one of the bounded places: [`Item::takes_place`].
    pub(crate) fn bounded(&self) -> usize {
        self.queue.iter().filter(|item| item.takes_place()).count()
    }

    /// Whether changes of these properties would take one more bounded place.
    pub(crate) fn needs_place(&self, client: Option<ClientId>, ticketed: bool, merge: Merge, props: &Props) -> bool {
        takes_place(client, ticketed, merge) && self.mergeable(client, ticketed, merge, props).is_none()
    }

    /// Whether `callback` runs, or waits to run because of a command or a push, for one of these `runs`. Only runs for
    /// `client` count, if it is given. `starts` tells whether a property starts the callback.
    pub(crate) fn is_busy(
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
            item.requested().is_some_and(|changes| {
                let is_started = changes.scopes.covers(scope) && changes.values.keys().any(|prop| starts(*prop));
                is_started && !changes.cancelled.contains_key(&callback)
            })
        };
        self.turn.as_ref().is_some_and(|turn| is_of(turn.client) && runs(turn))
            || self.queue.iter().any(|item| is_of(item.client) && waits(item))
    }

    /// Cancels the runs that [`is_busy`](Self::is_busy) would find, in the name of `by`. Waiting ones do not begin. What
    /// makes something safe is not cancelled.
    /// Returns the handle to cancel the one that is running.
    pub(crate) fn cancel(
        &mut self,
        (callback, place): (CallbackNo, usize),
        scope: Scope,
        client: Option<ClientId>,
        by: Option<ClientId>,
        starts: impl Fn(PropNo) -> bool,
    ) -> Option<Cancellation> {
        let is_of = |other: Option<ClientId>| client.is_none() || client == other;
        for item in self.queue.iter_mut().filter(|item| is_of(item.client)) {
            match &mut item.cause {
                Cause::Changes(changes)
                    if changes.merge != Merge::View
                        && !changes.releases
                        && changes.scopes.covers(scope)
                        && changes.values.keys().any(|prop| starts(*prop)) =>
                {
                    changes.cancelled.entry(callback).or_insert(by);
                }
                _ => {}
            }
        }
        let turn = self.turn.as_mut().filter(|turn| is_of(turn.client) && !turn.releases)?;
        // Runs for rows cannot be cancelled.
        if turn.pending.remove(&(place, RowNo::NONE)) {
            turn.cancelled.entry(callback).or_insert(by);
        }
        let running = turn.running.as_mut().filter(|running| running.callback == callback)?;
        let task = running.task.clone()?;
        if !task.is_cancelled() && running.cancelled_by.is_none() {
            running.cancelled_by = by;
        }
        Some(task)
    }

    /// Whether a tick of `source` waits.
    pub(crate) fn has_tick(&self, source: CallbackNo) -> bool {
        self.queue.iter().any(|item| matches!(item.cause, Cause::Tick(other) if other == source))
    }

    /// The items that wait.
    pub(super) fn waiting(&self) -> impl Iterator<Item = &Item> {
        self.queue.iter()
    }

    /// The properties in waiting commands and pushes.
    pub(super) fn queued_props(&self) -> impl Iterator<Item = PropNo> {
        self.queue.iter().filter_map(Item::requested).flat_map(|changes| changes.values.keys().copied())
    }

    /// Whether an event waits that expires at this time.
    pub(super) fn has_event_until(&self, expires: Duration) -> bool {
        self.queue.iter().any(|item| item.expires().is_some_and(|other| other.at == expires))
    }

    /// Adds the runs that a change of quality starts to those that already wait. They read the quality when they begin.
    fn join_quality(&mut self, client: Option<ClientId>, starts: &mut BTreeSet<(CallbackNo, PropNo)>) -> bool {
        let waiting = self.queue.iter_mut().filter(|item| item.client == client);
        let waiting = waiting.filter_map(|item| match &mut item.cause {
            Cause::Quality(waiting) => Some(waiting),
            _ => None,
        });
        waiting.last().is_some_and(|waiting| {
            waiting.append(starts);
            true
        })
    }

    fn has_hook(&self, client: Option<ClientId>, hook: Hook) -> bool {
        let is_it = |item: &Item| item.client == client && matches!(item.cause, Cause::Hook(other) if other == hook);
        self.queue.iter().any(is_it)
    }

    /// Removes a waiting connect or disconnect hook of the client. Returns whether there was one.
    pub(crate) fn remove_hook(&mut self, client: ClientId, hook: Hook) -> bool {
        let is_it =
            |item: &Item| item.client == Some(client) && matches!(item.cause, Cause::Hook(other) if other == hook);
        let found = self.queue.iter().position(is_it);
        found.and_then(|at| self.queue.remove(at)).is_some()
    }

    /// Takes the next item: the first one. But what people have asked for passes ticks that wait, because on a slow bus the
    /// ticks of several sources are always waiting. All else keeps its order. After that a tick has its turn, so that a
    /// command waits for one tick at most, and commands without a pause do not stop the sources.
    pub(crate) fn next(&mut self) -> Option<Item> {
        let is_tick = |item: &Item| matches!(item.cause, Cause::Tick(_));
        let front_is_tick = self.queue.front().is_some_and(is_tick);
        let passes = front_is_tick && !self.has_passed && self.queue.iter().any(|item| item.ticket.is_some());
        self.has_passed = passes;
        if !passes {
            return self.queue.pop_front();
        }
        let at = self.queue.iter().position(|item| !is_tick(item))?;
        self.queue.remove(at)
    }

    /// Applies `drop_events` to each waiting item, and removes the items for which it returns that nothing is left.
    pub(super) fn drop_events(&mut self, mut drop_events: impl FnMut(&mut Item) -> bool) {
        let mut at = 0;
        while let Some(item) = self.queue.get_mut(at) {
            if !drop_events(item) {
                at += 1;
                continue;
            }
            let client = item.client;
            self.queue.remove(at);
            let before = self.queue.len();
            self.compact_views(client, at);
            // Views before this place may have joined others. Then the places have moved, and the search starts again.
            if self.queue.len() < before {
                at = 0;
            }
        }
    }

    /// Removes the waiting items of a client that cannot reconnect.
    pub(crate) fn forget(&mut self, client: ClientId) {
        self.queue.retain(|item| item.client != Some(client) || item.outlives_its_client());
    }

    pub(crate) fn is_idle(&self) -> bool {
        self.turn.is_none() && self.queue.is_empty()
    }
}
