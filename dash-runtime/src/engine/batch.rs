//! Several commands that come in one request, over HTTP: all of them take effect at one revision, or none does.
//!
//! Each is checked as if it came alone. What is taken has the form of a push: it is in the store when it arrives, and each
//! queue that it concerns takes one turn for all of it, in which a callback runs once however many of its inputs changed.
//! Unlike a push it belongs to somebody who waits for the outcome of those turns, so none of them merges with another.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use super::{
    Engine,
    effects::Effects,
    lane::{Cause, Item, LaneId, Pushed, Ticket, What},
    plan::PropNo,
    push::{Turns, Whom},
    requests::{Admitted, Asking, RequestNo},
    store::Change,
};
use crate::{
    callback::call::Write,
    client::ClientId,
    prop::Kind,
    protocol::{
        client::{Command, Refusal},
        server::Outcome,
    },
    value::Value,
};

/// What one item of a batch asks for.
#[derive(Debug, Clone, Copy, Hash)]
pub(crate) struct Wanted<'a> {
    /// Of the property: `level.value`.
    pub(crate) name: &'a str,
    /// JSON; `null` for an event without a payload.
    pub(crate) value: &'a str,
}

/// Why a batch changed nothing.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum NotTaken {
    /// Whoever asked may not, just now.
    Whole(Refusal),
    /// Because of these items, by their place in the list.
    Items(Vec<(usize, Refusal)>),
}

/// What a batch changes, with the place of each in the list.
type Changes = BTreeMap<PropNo, (usize, Value)>;

impl Engine {
    /// Several commands that come by themselves, as one. Their common outcome is among [`answered`](Self::answered),
    /// maybe at once.
    ///
    /// # Errors
    /// Why nothing was changed.
    pub(crate) fn batch(
        &mut self,
        now: Duration,
        asking: &Asking<'_>,
        wanted: &[Wanted<'_>],
        fx: &mut Effects,
    ) -> Result<RequestNo, NotTaken> {
        let asked = self.batched(now, asking, wanted, fx);
        match &asked {
            Ok(_) => {}
            Err(NotTaken::Whole(refusal)) => self.counts.refused(refusal),
            Err(NotTaken::Items(items)) => items.iter().for_each(|(_, refusal)| self.counts.refused(refusal)),
        }
        asked
    }

    fn batched(
        &mut self,
        now: Duration,
        asking: &Asking<'_>,
        wanted: &[Wanted<'_>],
        fx: &mut Effects,
    ) -> Result<RequestNo, NotTaken> {
        let client = match self.admit(now, asking, wanted.len()).map_err(NotTaken::Whole)? {
            Admitted::Again(request) => return Ok(request),
            Admitted::For(client) => client,
        };
        let changes = self.check_all(client, wanted)?;
        let request = self.begin_request(asking, client, |engine, ticket| engine.take_all(now, ticket, &changes, fx));
        let request = request.map_err(NotTaken::Items)?;
        self.counts.commands += wanted.len() as u64;
        Ok(request)
    }

    /// Checks all of them, also those after a bad one, so that all that is wrong is told at once.
    fn check_all(&self, client: ClientId, wanted: &[Wanted<'_>]) -> Result<Changes, NotTaken> {
        let mut changes = Changes::new();
        let mut refused = Vec::new();
        for (at, one) in wanted.iter().enumerate() {
            match self.check_one(client, one) {
                Ok((prop, _)) if changes.contains_key(&prop) => {
                    refused.push((at, Refusal::Twice(self.plan.prop(prop).name())));
                }
                Ok((prop, value)) => _ = changes.insert(prop, (at, value)),
                Err(refusal) => refused.push((at, refusal)),
            }
        }
        if refused.is_empty() { Ok(changes) } else { Err(NotTaken::Items(refused)) }
    }

    fn check_one(&self, client: ClientId, wanted: &Wanted<'_>) -> Result<(PropNo, Value), Refusal> {
        let found = self.find_named(wanted.name);
        let prop = found.ok_or_else(|| Refusal::UnknownName(wanted.name.to_owned()))?;
        let command = Command { number: 0, prop: prop as u64, value: wanted.value, age: Duration::ZERO };
        self.check_request(client, &command)
    }

    /// All of it takes effect, or, if a queue does not take its part, nothing.
    fn take_all(
        &mut self,
        now: Duration,
        ticket: Ticket,
        changes: &Changes,
        fx: &mut Effects,
    ) -> Result<(), Vec<(usize, Refusal)>> {
        let plan = Arc::clone(&self.plan);
        let id = ticket.client;
        let mut turns = self.turns_of_batch(id, changes);
        self.check_turns(id, &turns, changes)?;
        for callback in changes.keys().flat_map(|prop| &plan.prop(*prop).cancels) {
            self.cancel(*callback, Some(id), fx);
        }
        let (own, shared) = self.commit_batch(id, changes);
        let rev = self.store.rev();
        self.open(ticket, turns.len(), Some(rev));
        if turns.is_empty() {
            self.settle(ticket, Outcome::Applied { rev });
        }
        // What a page's private callbacks see of what is shared, they see in the same turn as what is their own.
        let mut seen = Vec::new();
        if !shared.is_empty() {
            for client in self.clients_of(Whom::All) {
                for (lane, values) in self.to_show(client, &shared) {
                    match turns.get_mut(&(lane, Some(client))).filter(|_| client == id) {
                        Some(props) => props.extend(values.into_keys()),
                        None => seen.push((lane, client, values)),
                    }
                }
            }
        }
        // If nothing is in the way, the values are seen together with what the callbacks make of them, as with a command.
        let wake_all = !shared.is_empty() && !self.begin_at_once(&turns, None);
        let wake_own = !own.is_empty() && !self.begin_at_once(&turns, Some(id));
        for ((lane, client), props) in turns {
            let values = props.into_iter().filter_map(|prop| {
                let (_, value) = changes.get(&prop)?;
                Some((prop, Pushed { what: What::Value(value.clone()), rev }))
            });
            let cause = Cause::Push {
                values: values.collect(),
                may_merge: false,
                born: Vec::new(),
                cancelled: BTreeSet::new(),
            };
            self.offer(now, lane, Item { client, ticket: Some(ticket), cause }, fx);
        }
        for (lane, client, values) in seen {
            self.offer(now, lane, Item { client: Some(client), ticket: None, cause: Cause::Seen(values) }, fx);
        }
        if wake_all {
            fx.wake_all();
        } else if wake_own {
            fx.wake_client(id);
        }
        Ok(())
    }

    /// The turns whose end is waited for: as for commands, those of callbacks that all share, and those that the page has
    /// for itself.
    fn turns_of_batch(&self, id: ClientId, changes: &Changes) -> Turns {
        let mut turns = Turns::new();
        for &prop in changes.keys() {
            let wiring = &self.plan.prop(prop);
            if !wiring.private {
                for &island in &wiring.shared_islands {
                    turns.entry((LaneId { island, client: None }, None)).or_default().insert(prop);
                }
            }
            // For who has no page there is no private view either.
            if self.sessions.contains_key(&id) && (wiring.private || wiring.info.kind == Kind::Event) {
                for &island in &wiring.private_islands {
                    turns.entry((self.lane_of(island, id), Some(id))).or_default().insert(prop);
                }
            }
        }
        turns
    }

    /// Whether all queues take their turns; if not, the items because of which they don't.
    fn check_turns(&mut self, id: ClientId, turns: &Turns, changes: &Changes) -> Result<(), Vec<(usize, Refusal)>> {
        let limit = self.limits.queue;
        let mut places = BTreeMap::<LaneId, usize>::new();
        for (lane, _) in turns.keys() {
            let target = self.lane(*lane);
            *places.entry(*lane).or_insert_with(|| target.bounded()) += 1;
        }
        let mut refused = BTreeMap::new();
        for ((lane, _), props) in turns {
            for prop in props {
                let (at, _) = changes[prop];
                if places[lane] > limit {
                    refused.insert(at, Refusal::Busy(limit));
                } else if let Some(callback) = self.skips(*lane, *prop, Some(id)) {
                    refused.insert(at, Refusal::AtWork(callback));
                }
            }
        }
        if refused.is_empty() { Ok(()) } else { Err(refused.into_iter().collect()) }
    }

    /// The states of a batch go to the store, at one revision. Gives those that are the client's own, and those that everybody
    /// sees.
    fn commit_batch(&mut self, id: ClientId, changes: &Changes) -> (BTreeSet<PropNo>, BTreeSet<PropNo>) {
        let plan = Arc::clone(&self.plan);
        let states = changes.keys().copied().filter(|prop| plan.prop(*prop).info.kind == Kind::State);
        let (own, shared): (BTreeSet<PropNo>, BTreeSet<PropNo>) = states.partition(|prop| plan.prop(*prop).private);
        let writes = |props: &BTreeSet<PropNo>| -> Vec<(PropNo, Change)> {
            props.iter().map(|prop| (*prop, Change::Write(Write::Set(changes[prop].1.clone())))).collect()
        };
        match (own.is_empty(), shared.is_empty()) {
            (_, false) => {
                let rev = self.commit_for_all(writes(&shared));
                self.commit_own_at(id, writes(&own), rev);
            }
            (false, true) => _ = self.commit_own(id, writes(&own)),
            (true, true) => {}
        }
        (own, shared)
    }
}
