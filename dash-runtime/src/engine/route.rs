//! Routing: which turns a change starts, what each turn contains, and which views of private callbacks it updates.

use std::{collections::BTreeMap, time::Duration};

use super::{
    Engine,
    effects::Effects,
    entry::Sender,
    item::{Cancelled, Cause, Changed, Changes, Content, Expiry, Item, Merge, Scopes, TakesEffect, Ticket},
    lane::LaneId,
};
use litemap::LiteMap;

use crate::{
    callback::spec::Scope,
    client::ClientId,
    edit::Patch,
    handle::Whom,
    numbers::{CallbackNo, IslandNo, PropNo},
    prop::Kind,
    value::Value,
};

/// A turn that an entry starts, before its values are known.
pub(super) struct TurnPlan {
    pub(super) lane: LaneId,
    /// The client whose private callbacks it starts, or for which shared callbacks run.
    pub(super) client: Option<ClientId>,
    pub(super) scopes: Scopes,
    /// The changed properties that the turn is about.
    pub(super) props: Props,
}

/// A set of properties. It usually has one element.
pub(super) type Props = LiteMap<PropNo, ()>;

/// Items that are ready to be queued.
#[derive(Default)]
pub(super) struct Queued {
    /// The turns that belong to the entry. Its sender waits for their end.
    pub(super) turns: Vec<(LaneId, Item)>,
    /// Updates of the views of private callbacks. No sender waits for them.
    views: Vec<(LaneId, Item)>,
}

/// What an entry gives to its turns, besides the values in the store.
pub(super) struct TurnInput<'a> {
    pub(super) sender: Sender,
    pub(super) ticket: Option<Ticket>,
    pub(super) effect: TakesEffect,
    pub(super) may_merge: bool,
    /// After this time, the events must not be carried out any more.
    pub(super) expires: Option<Expiry>,
    /// Events, and values that take effect in their turn.
    pub(super) values: &'a LiteMap<PropNo, Value>,
    /// Edits that keep their order among the writes of callbacks.
    pub(super) edits: &'a LiteMap<PropNo, Patch>,
    /// The callback that does not run, because it has refused a value that is given back.
    pub(super) refused_by: Option<CallbackNo>,
    /// Whether it makes something safe, and so overtakes what waits.
    pub(super) releases: bool,
    /// Why some of what was wanted is not in it.
    pub(super) dropped: Option<&'a str>,
}

impl Engine {
    /// Queues turns for the readers of `props`, which got values from builders of placed components. Only changes at
    /// `rev` count.
    pub(super) fn start_readers_of_placed(
        &mut self,
        now: Duration,
        whom: Whom,
        mut props: Props,
        rev: u64,
        fx: &mut Effects,
    ) {
        props.retain(|prop, ()| match whom {
            Whom::All => self.truth.store.slot(*prop).rev() == rev,
            Whom::One(id) => self.seen_by(id, *prop).rev() == rev,
        });
        if !props.is_empty() {
            self.start_readers(now, whom, &props, rev, fx);
        }
    }

    /// Queues turns for the readers of `props`, which have changed at `rev`, and for the callbacks of new rows.
    pub(super) fn start_readers(&mut self, now: Duration, whom: Whom, props: &Props, rev: u64, fx: &mut Effects) {
        let sender = Sender::Program(whom);
        let (values, edits) = Default::default();
        let input = TurnInput {
            sender,
            ticket: None,
            effect: TakesEffect::At(rev),
            may_merge: true,
            expires: None,
            refused_by: None,
            releases: false,
            dropped: None,
            values: &values,
            edits: &edits,
        };
        let nothing = Props::new();
        let for_all = if whom == Whom::All { props } else { &nothing };
        let turns = self.route(sender, props.keys().copied());
        let queued = self.prepare(turns, for_all, &input);
        self.queue(now, queued, fx);
    }

    /// Shared state has changed. Queues a view update for each client with private callbacks on it.
    pub(super) fn update_private_views(&mut self, now: Duration, changed: &Props, fx: &mut Effects) {
        let views = self.views(changed, &mut []);
        self.queue(now, Queued { views, ..Queued::default() }, fx);
    }

    /// The same for one client.
    pub(super) fn update_views_of(&mut self, now: Duration, id: ClientId, changed: &Props, fx: &mut Effects) {
        for (lane, values) in self.view_updates(id, changed) {
            self.offer(now, lane, view(id, values), fx);
        }
    }

    /// The turns that changes of `props` start, without the turns that only update views of private callbacks.
    pub(super) fn route(&self, sender: Sender, props: impl Iterator<Item = PropNo>) -> Vec<TurnPlan> {
        let mut turns: Vec<(LaneId, Option<ClientId>, PropNo)> = Vec::new();
        for prop in props {
            let wiring = self.plan.prop(prop);
            let kind = wiring.info.kind;
            let for_all = self.audience(sender, prop) == Whom::All;
            if kind == Kind::Event || (kind == Kind::State && for_all) {
                let lanes = wiring.shared_islands.iter().map(|&island| LaneId { island, client: None });
                turns.extend(lanes.map(|lane| (lane, None, prop)));
            }
            let only_seen = kind == Kind::State && for_all && !wiring.private;
            if kind == Kind::Stream || only_seen {
                continue;
            }
            let one = matches!(sender, Sender::Program(Whom::One(_)));
            for &island in &wiring.private_islands {
                if kind == Kind::Event || self.concerns(prop, island, one) {
                    turns.extend(self.clients_of(sender).map(|id| (self.lane_of(island, id), Some(id), prop)));
                }
            }
        }
        turns.sort_unstable();
        let mut planned: Vec<TurnPlan> = Vec::with_capacity(turns.len());
        for (lane, whose, prop) in turns {
            let scopes = if whose.is_some() { Scopes::Private } else { Scopes::Shared };
            let client = whose.or(sender.actor());
            match planned.last_mut().filter(|before| before.lane == lane && before.client == client) {
                Some(before) => {
                    if before.scopes != scopes {
                        // What one client starts of both scopes in one queue is one turn.
                        before.scopes = Scopes::Both;
                    }
                    before.props.insert(prop, ());
                }
                None => planned.push(TurnPlan { lane, client, scopes, props: [(prop, ())].into_iter().collect() }),
            }
        }
        planned
    }

    /// The clients that see a change of this property by `sender`.
    pub(super) fn audience(&self, sender: Sender, prop: PropNo) -> Whom {
        match sender {
            Sender::Client(id) if self.plan.prop(prop).private => Whom::One(id),
            Sender::Client(_) => Whom::All,
            Sender::Program(whom) => whom,
        }
    }

    /// The clients whose private callbacks get a turn: all that are connected, or one. A client without a socket gets
    /// its turn when it reconnects. An HTTP caller has no private callbacks.
    fn clients_of(&self, sender: Sender) -> impl Iterator<Item = ClientId> {
        let (one, all) = match sender {
            Sender::Client(id) => (self.roster.has(id).then_some(id), None),
            Sender::Program(Whom::One(id)) => (Some(id), None),
            Sender::Program(Whom::All) => (None, Some(self.roster.connected())),
        };
        one.into_iter().chain(all.into_iter().flatten())
    }

    /// Whether a change of `prop` concerns the private callbacks of `island`: it starts one of them, or it is in their
    /// view.
    fn concerns(&self, prop: PropNo, island: IslandNo, one: bool) -> bool {
        let plan = &self.plan;
        one || plan.islands[island].per_client || self.has_own(prop) || plan.starts_private(prop, island)
    }

    /// How a turn may merge while it waits.
    pub(super) fn merge_of(&self, turn: &TurnPlan, may_merge: bool, edits: &LiteMap<PropNo, Patch>) -> Merge {
        let may_merge_one = |prop: &PropNo| self.may_merge(&turn.lane, *prop) && !edits.contains_key(prop);
        if may_merge && turn.props.keys().all(may_merge_one) { Merge::Newest } else { Merge::Never }
    }

    fn may_merge(&self, lane: &LaneId, prop: PropNo) -> bool {
        let keep_all = &self.plan.islands[lane.island].keep_all;
        self.plan.prop(prop).info.kind == Kind::State && !keep_all.contains(&self.plan.cell(prop))
    }

    /// The turns and view updates of a change, ready to be queued. `for_all` has the properties whose shared value has
    /// changed.
    pub(super) fn prepare(&mut self, mut turns: Vec<TurnPlan>, for_all: &Props, input: &TurnInput<'_>) -> Queued {
        if turns.is_empty() && for_all.is_empty() && self.truth.new_rows.is_empty() {
            return Queued::default();
        }
        let views = self.views(for_all, &mut turns);
        let mut new_rows = self.take_turns_of_new_rows();
        for &(lane, client) in new_rows.keys() {
            let scopes = if client.is_some() { Scopes::Private } else { Scopes::Shared };
            if !turns.iter().any(|turn| (turn.lane, turn.client, turn.scopes) == (lane, client, scopes)) {
                turns.push(TurnPlan { lane, client, scopes, props: Props::new() });
            }
        }
        let turns = turns.into_iter().map(|turn| {
            let merge = self.merge_of(&turn, input.may_merge, input.edits);
            let TurnPlan { lane, client, scopes, props } = turn;
            let values =
                props.into_iter().filter_map(|(prop, ())| Some((prop, self.changed_in(scopes, client, prop, input)?)));
            let new_rows = new_rows.remove(&(lane, client)).unwrap_or_default();
            let values: LiteMap<PropNo, Changed> = values.collect();
            let expires = input.expires.filter(|_| values.keys().any(|prop| self.plan.is_event(*prop)));
            let is_here = |callback: &CallbackNo| self.plan.callbacks[*callback].island == lane.island;
            let refused_by = input.refused_by.filter(is_here);
            let cancelled: Cancelled = refused_by.map(|callback| (callback, None)).into_iter().collect();
            let changes = Changes {
                scopes,
                values,
                new_rows,
                merge,
                expires,
                dropped: input.dropped.map(str::to_owned),
                cancelled,
                releases: input.releases,
            };
            (lane, Item { client, ticket: input.ticket, cause: Cause::Changes(changes) })
        });
        Queued { turns: turns.collect(), views }
    }

    /// The change of one property for a turn.
    fn changed_in(
        &self,
        scopes: Scopes,
        client: Option<ClientId>,
        prop: PropNo,
        input: &TurnInput<'_>,
    ) -> Option<Changed> {
        if let Some(value) = input.values.get(&prop) {
            return Some(Changed { content: Content::Value(value.clone()), effect: input.effect });
        }
        let content = match input.edits.get(&prop) {
            Some(edit) => Content::Edit(edit.clone()),
            None => Content::Value(self.current(client.filter(|_| scopes.covers(Scope::Private)), prop)?.clone()),
        };
        let only_seen = scopes == Scopes::Private && self.audience(input.sender, prop) == Whom::All;
        let effect = if only_seen && !self.plan.prop(prop).private { TakesEffect::ViewOnly } else { input.effect };
        Some(Changed { content, effect })
    }

    /// The view updates of a change that everybody sees, for the private callbacks of each client. If the client gets a
    /// turn in the same queue anyway, the values are added to that turn.
    fn views(&self, changed: &Props, turns: &mut [TurnPlan]) -> Vec<(LaneId, Item)> {
        if changed.keys().all(|prop| self.plan.prop(*prop).private_islands.is_empty()) {
            return Vec::new();
        }
        let own = turns.iter().enumerate().filter(|(_, turn)| turn.scopes.covers(Scope::Private));
        let own: BTreeMap<_, _> = own.map(|(at, turn)| ((turn.lane, turn.client), at)).collect();
        let mut views = Vec::new();
        for id in self.roster.connected() {
            for (lane, values) in self.view_updates(id, changed) {
                match own.get(&(lane, Some(id))) {
                    Some(at) => turns[*at].props.extend(values.into_keys().map(|prop| (prop, ()))),
                    None => views.push((lane, view(id, values))),
                }
            }
        }
        views
    }

    /// The values that a client's private callbacks need after a change, by lane.
    fn view_updates(&self, id: ClientId, changed: &Props) -> BTreeMap<LaneId, BTreeMap<PropNo, Value>> {
        let mut seen = BTreeMap::<LaneId, BTreeMap<PropNo, Value>>::new();
        for &prop in changed.keys() {
            let Some(value) = self.seen_by(id, prop).value() else { continue };
            for &island in &self.plan.prop(prop).private_islands {
                if self.concerns(prop, island, false) {
                    seen.entry(self.lane_of(island, id)).or_default().insert(prop, value.clone());
                }
            }
        }
        seen
    }

    pub(super) fn queue(&mut self, now: Duration, queued: Queued, fx: &mut Effects) {
        for (lane, item) in queued.turns.into_iter().chain(queued.views) {
            self.offer(now, lane, item, fx);
        }
    }

    /// Whether there are turns for callbacks of this scope, and all of them can start at once.
    pub(super) fn can_start_at_once(&self, queued: &Queued, scope: Scope) -> bool {
        let is_of = |item: &Item| matches!(&item.cause, Cause::Changes(changes) if changes.scopes.covers(scope));
        let mut turns = queued.turns.iter().filter(|(_, item)| is_of(item)).peekable();
        turns.peek().is_some() && turns.all(|(lane, _)| self.scheduler.is_idle(*lane))
    }
}

/// An item that updates what a client's private callbacks see of shared state.
fn view(id: ClientId, values: BTreeMap<PropNo, Value>) -> Item {
    Item { client: Some(id), ticket: None, cause: Cause::Changes(Changes::view(values)) }
}
