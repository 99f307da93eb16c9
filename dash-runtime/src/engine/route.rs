//! Where changes go: which turns they start, what each turn is told, and what private callbacks see of them.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use super::{
    Engine,
    effects::Effects,
    entry::By,
    item::{Cause, Changed, Changes, Effect, Item, Merge, Starts, Ticket, What},
    lane::LaneId,
};
use litemap::LiteMap;

use crate::{
    callback::spec::Scope,
    client::ClientId,
    edit::Patch,
    handle::Whom,
    numbers::{IslandNo, PropNo},
    prop::Kind,
    value::Value,
};
/// A turn that changes start, before it is known what it is told.
pub(super) struct TurnPlan {
    pub(super) lane: LaneId,
    /// On whose behalf: whose private callbacks it starts, or who wants what shared callbacks are started for.
    pub(super) client: Option<ClientId>,
    pub(super) starts: Starts,
    /// What it is about.
    pub(super) props: Props,
}

/// A set of properties, mostly of one.
pub(super) type Props = LiteMap<PropNo, ()>;

/// What waits to be queued.
#[derive(Default)]
pub(super) struct Queued {
    /// The turns that belong to what was wanted: whoever wanted it waits for their end.
    pub(super) turns: Vec<(LaneId, Item)>,
    /// Turns in which private callbacks see what everybody sees. Nobody waits for them.
    views: Vec<(LaneId, Item)>,
}

/// What the turns are told, beside what is in the store.
pub(super) struct Told<'a> {
    pub(super) by: By,
    pub(super) ticket: Option<Ticket>,
    pub(super) effect: Effect,
    pub(super) may_merge: bool,
    /// Events, and values that take effect with their turn.
    pub(super) values: &'a LiteMap<PropNo, Value>,
    /// Edits that keep their order among what callbacks write.
    pub(super) edits: &'a LiteMap<PropNo, Patch>,
}

impl Engine {
    /// What builders gave to components that were placed, as far as it changed something at `rev`: what reads it gets a
    /// turn, as after a push.
    pub(super) fn announce(&mut self, now: Duration, whom: Whom, mut props: Props, rev: u64, fx: &mut Effects) {
        props.retain(|prop, ()| match whom {
            Whom::All => self.truth.store.slot(*prop).rev() == rev,
            Whom::One(id) => self.seen_by(id, *prop).rev() == rev,
        });
        if !props.is_empty() {
            self.follow(now, whom, &props, rev, fx);
        }
    }

    /// What reads `props`, which have changed at `rev`, gets a turn, and so do the callbacks of rows that have come.
    pub(super) fn follow(&mut self, now: Duration, whom: Whom, props: &Props, rev: u64, fx: &mut Effects) {
        let by = By::Program(whom);
        let (values, edits) = Default::default();
        let told = Told { by, ticket: None, effect: Effect::At(rev), may_merge: true, values: &values, edits: &edits };
        let nothing = Props::new();
        let for_all = if whom == Whom::All { props } else { &nothing };
        let turns = self.route(by, props.keys().copied());
        let queued = self.prepare(turns, for_all, &told);
        self.queue(now, queued, fx);
    }

    /// Shared state changed: clients with private callbacks on it get a turn for them.
    pub(super) fn show_all(&mut self, now: Duration, changed: &Props, fx: &mut Effects) {
        let views = self.views(changed, &mut []);
        self.queue(now, Queued { views, ..Queued::default() }, fx);
    }

    /// The same for one client.
    pub(super) fn show_to(&mut self, now: Duration, id: ClientId, changed: &Props, fx: &mut Effects) {
        for (lane, values) in self.to_show(id, changed) {
            self.offer(now, lane, view(id, values), fx);
        }
    }

    /// The turns that changes of `props` start, but for those in which private callbacks only see what everybody sees.
    pub(super) fn route(&self, by: By, props: impl Iterator<Item = PropNo>) -> Vec<TurnPlan> {
        let mut turns: Vec<(LaneId, Option<ClientId>, PropNo)> = Vec::new();
        for prop in props {
            let wiring = self.plan.prop(prop);
            let kind = wiring.info.kind;
            let for_all = self.audience(by, prop) == Whom::All;
            if kind == Kind::Event || (kind == Kind::State && for_all) {
                let lanes = wiring.shared_islands.iter().map(|&island| LaneId { island, client: None });
                turns.extend(lanes.map(|lane| (lane, None, prop)));
            }
            let only_seen = kind == Kind::State && for_all && !wiring.private;
            if kind == Kind::Stream || only_seen {
                continue;
            }
            let one = matches!(by, By::Program(Whom::One(_)));
            for &island in &wiring.private_islands {
                if kind == Kind::Event || self.shows(prop, island, one) {
                    turns.extend(self.clients_of(by).map(|id| (self.lane_of(island, id), Some(id), prop)));
                }
            }
        }
        turns.sort_unstable();
        let mut planned: Vec<TurnPlan> = Vec::with_capacity(turns.len());
        for (lane, whose, prop) in turns {
            let starts = if whose.is_some() { Starts::Private } else { Starts::Shared };
            let client = whose.or(by.actor());
            match planned.last_mut().filter(|before| before.lane == lane && before.client == client) {
                Some(before) => {
                    if before.starts != starts {
                        // What one client wants of both kinds of callbacks in one queue is one turn.
                        before.starts = Starts::Both;
                    }
                    before.props.insert(prop, ());
                }
                None => planned.push(TurnPlan { lane, client, starts, props: [(prop, ())].into_iter().collect() }),
            }
        }
        planned
    }

    /// Who sees it if `by` sets this property.
    pub(super) fn audience(&self, by: By, prop: PropNo) -> Whom {
        match by {
            By::Client(id) if self.plan.prop(prop).private => Whom::One(id),
            By::Client(_) => Whom::All,
            By::Program(whom) => whom,
        }
    }

    /// The clients whose private callbacks have a turn: those who are there, or the one. Those who are away have theirs
    /// when they come back. Who has no page has no private view either.
    fn clients_of(&self, by: By) -> impl Iterator<Item = ClientId> {
        let (one, all) = match by {
            By::Client(id) => (self.roster.has(id).then_some(id), None),
            By::Program(Whom::One(id)) => (Some(id), None),
            By::Program(Whom::All) => (None, Some(self.roster.connected())),
        };
        one.into_iter().chain(all.into_iter().flatten())
    }

    /// Whether a change of `prop` means something to the private callbacks of `island`: it starts one, or it is part of
    /// what they see as of their own place in the order of events.
    fn shows(&self, prop: PropNo, island: IslandNo, one: bool) -> bool {
        let plan = &self.plan;
        one || plan.islands[island].per_client || self.has_own(prop) || plan.starts_private(prop, island)
    }

    /// What may happen to a turn while it waits.
    pub(super) fn merge_of(&self, turn: &TurnPlan, may_merge: bool, edits: &LiteMap<PropNo, Patch>) -> Merge {
        let may_merge_one = |prop: &PropNo| self.may_merge(&turn.lane, *prop) && !edits.contains_key(prop);
        if may_merge && turn.props.keys().all(may_merge_one) { Merge::Newest } else { Merge::Never }
    }

    fn may_merge(&self, lane: &LaneId, prop: PropNo) -> bool {
        let keep_all = &self.plan.islands[lane.island].keep_all;
        self.plan.prop(prop).info.kind == Kind::State && !keep_all.contains(&self.plan.cell(prop))
    }

    /// The turns and the views of what has changed, ready to be queued. `for_all` has what everybody sees anew.
    pub(super) fn prepare(&mut self, mut turns: Vec<TurnPlan>, for_all: &Props, told: &Told<'_>) -> Queued {
        let views = self.views(for_all, &mut turns);
        let mut newborn = self.take_newborn();
        for &(lane, client) in newborn.keys() {
            let starts = if client.is_some() { Starts::Private } else { Starts::Shared };
            if !turns.iter().any(|turn| (turn.lane, turn.client, turn.starts) == (lane, client, starts)) {
                turns.push(TurnPlan { lane, client, starts, props: Props::new() });
            }
        }
        let turns = turns.into_iter().map(|turn| {
            let merge = self.merge_of(&turn, told.may_merge, told.edits);
            let TurnPlan { lane, client, starts, props } = turn;
            let values =
                props.into_iter().filter_map(|(prop, ())| Some((prop, self.told(starts, client, prop, told)?)));
            let born = newborn.remove(&(lane, client)).unwrap_or_default();
            let changes = Changes { starts, values: values.collect(), born, merge, cancelled: BTreeSet::new() };
            (lane, Item { client, ticket: told.ticket, cause: Cause::Changes(changes) })
        });
        Queued { turns: turns.collect(), views }
    }

    /// What a turn is told of one property.
    fn told(&self, starts: Starts, client: Option<ClientId>, prop: PropNo, told: &Told<'_>) -> Option<Changed> {
        if let Some(value) = told.values.get(&prop) {
            return Some(Changed { what: What::Value(value.clone()), effect: told.effect });
        }
        let what = match told.edits.get(&prop) {
            Some(edit) => What::Edit(edit.clone()),
            None => What::Value(self.now(client.filter(|_| starts.covers(Scope::Private)), prop)?.clone()),
        };
        let only_seen = starts == Starts::Private && self.audience(told.by, prop) == Whom::All;
        let effect = if only_seen && !self.plan.prop(prop).private { Effect::Shown } else { told.effect };
        Some(Changed { what, effect })
    }

    /// What the private callbacks of each client see of what has changed for all. What belongs to a turn that the client has
    /// anyway is seen in that one.
    fn views(&self, changed: &Props, turns: &mut [TurnPlan]) -> Vec<(LaneId, Item)> {
        if changed.keys().all(|prop| self.plan.prop(*prop).private_islands.is_empty()) {
            return Vec::new();
        }
        let own = turns.iter().enumerate().filter(|(_, turn)| turn.starts.covers(Scope::Private));
        let own: BTreeMap<_, _> = own.map(|(at, turn)| ((turn.lane, turn.client), at)).collect();
        let mut views = Vec::new();
        for id in self.roster.connected() {
            for (lane, values) in self.to_show(id, changed) {
                match own.get(&(lane, Some(id))) {
                    Some(at) => turns[*at].props.extend(values.into_keys().map(|prop| (prop, ()))),
                    None => views.push((lane, view(id, values))),
                }
            }
        }
        views
    }

    /// What a client's private callbacks are to see of what changed, and in which lanes.
    fn to_show(&self, id: ClientId, changed: &Props) -> BTreeMap<LaneId, BTreeMap<PropNo, Value>> {
        let mut seen = BTreeMap::<LaneId, BTreeMap<PropNo, Value>>::new();
        for &prop in changed.keys() {
            let Some(value) = self.seen_by(id, prop).value() else { continue };
            for &island in &self.plan.prop(prop).private_islands {
                if self.shows(prop, island, false) {
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

    /// Whether there are turns for callbacks of this scope, and nothing is in the way of any of them.
    pub(super) fn begins_at_once(&self, queued: &Queued, scope: Scope) -> bool {
        let is_of = |item: &Item| matches!(&item.cause, Cause::Changes(changes) if changes.starts.covers(scope));
        let mut turns = queued.turns.iter().filter(|(_, item)| is_of(item)).peekable();
        turns.peek().is_some() && turns.all(|(lane, _)| self.scheduler.is_idle(*lane))
    }
}

/// A turn in which a client's private callbacks see values that everybody sees.
fn view(id: ClientId, values: BTreeMap<PropNo, Value>) -> Item {
    Item { client: Some(id), ticket: None, cause: Cause::Changes(Changes::view(values)) }
}
