//! The one way in. Whoever wants a property changed or an event to happen — a command of a page, a request, several
//! commands in one request, a push or an event of the program — makes an [`Entry`] and gives it to [`Engine::enter`].
//!
//! An entry is checked as a whole before anything happens. If a queue has no room for it, or a callback with `queue = skip`
//! is at work, nothing has changed and nothing was cancelled. Otherwise, in this order: the callbacks that its events cancel
//! are cancelled; its values go to the store at one revision (or wait for their turn); each queue that it concerns gets one
//! turn; and whoever sees a change that no turn announces at once is woken.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use super::{
    Engine,
    effects::Effects,
    lane::{Cause, Changed, Changes, Effect, Item, LaneId, Merge, Starts, Ticket, What},
    places::Placing,
    store::Change,
};
use crate::{
    callback::{
        call::Write,
        spec::{Queue, Scope},
    },
    client::ClientId,
    edit::Patch,
    handle::Whom,
    numbers::{CallbackNo, IslandNo, PropNo},
    prop::Kind,
    protocol::{client::Refusal, server::Outcome},
    value::Value,
};
/// Who wants something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    /// A client: what is private it changes for itself, everything else for all.
    Client(ClientId),
    /// The program, for these.
    Program(Whom),
}

/// When the values of an entry take effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// When they arrive, all at one revision; and once more at their turn, where a callback that writes the same property
    /// has overwritten them meanwhile.
    AtArrival,
    /// Of a property that a callback writes too: at their turn.
    AtTurn,
}

/// What is wanted of one property.
#[derive(Debug, Clone)]
pub(super) enum Action {
    Write(Write),
    /// An event that happens, with what it carries.
    Event(Value),
}

/// Something that is wanted, checked already: each property is there, may be written by who wants it, and takes the value.
pub(super) struct Entry {
    pub(super) by: By,
    /// If somebody waits for the outcome.
    pub(super) ticket: Option<Ticket>,
    pub(super) changes: Vec<(PropNo, Action)>,
    pub(super) order: Order,
    /// Whether newer values of the same sender may take the place of these while they wait.
    pub(super) may_merge: bool,
    /// What comes of the pieces of the page among the changes.
    pub(super) placing: Placing,
}

/// Why an entry cannot be taken now: what is in the way of one of its properties.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Blocked {
    /// So many turns wait already in a queue that it concerns.
    Full(usize),
    /// The callback with this name, which has `queue = skip`, is at work.
    AtWork(&'static str),
}

impl Blocked {
    /// The first of several, for who is told one.
    pub(super) fn first(blocked: Vec<(PropNo, Self)>) -> (PropNo, Self) {
        // An entry without properties is never refused.
        blocked.into_iter().next().unwrap_or((PropNo::default(), Self::Full(0)))
    }
}

impl From<Blocked> for Refusal {
    fn from(blocked: Blocked) -> Self {
        match blocked {
            Blocked::Full(limit) => Self::Busy(limit),
            Blocked::AtWork(callback) => Self::AtWork(callback),
        }
    }
}

/// A turn that changes start, before it is known what it is told.
struct Planned {
    lane: LaneId,
    /// On whose behalf: whose private callbacks it starts, or who wants what shared callbacks are started for.
    client: Option<ClientId>,
    starts: Starts,
    /// What it is about.
    props: BTreeSet<PropNo>,
}

/// What waits to be queued.
#[derive(Default)]
struct Queued {
    /// The turns that belong to what was wanted: whoever wanted it waits for their end.
    turns: Vec<(LaneId, Item)>,
    /// Turns in which private callbacks see what everybody sees. Nobody waits for them.
    views: Vec<(LaneId, Item)>,
}

/// What the turns are told, beside what is in the store.
struct Told<'a> {
    by: By,
    ticket: Option<Ticket>,
    effect: Effect,
    may_merge: bool,
    /// Events, and values that take effect with their turn.
    values: &'a BTreeMap<PropNo, Value>,
    /// Edits that keep their order among what callbacks write.
    edits: &'a BTreeMap<PropNo, Patch>,
}

/// The changes of an entry, by who sees them.
#[derive(Default)]
struct Sorted {
    for_all: Vec<(PropNo, Change)>,
    own: Vec<(PropNo, Change)>,
    /// Events, and values that take effect with their turn.
    values: BTreeMap<PropNo, Value>,
    /// Among the changes, what builders gave to components that were placed: for all, and for one client.
    placed: [BTreeSet<PropNo>; 2],
}

impl By {
    /// On whose behalf shared callbacks run.
    const fn actor(self) -> Option<ClientId> {
        match self {
            Self::Client(id) => Some(id),
            Self::Program(_) => None,
        }
    }

    /// The client that alone sees what is changed for one.
    const fn one(self) -> Option<ClientId> {
        match self {
            Self::Client(id) | Self::Program(Whom::One(id)) => Some(id),
            Self::Program(Whom::All) => None,
        }
    }
}

impl Engine {
    /// Takes an entry, all of it or nothing.
    ///
    /// # Errors
    /// What is in the way, for each property that something is in the way of. Then nothing has happened.
    pub(super) fn enter(
        &mut self,
        now: Duration,
        mut entry: Entry,
        fx: &mut Effects,
    ) -> Result<(), Vec<(PropNo, Blocked)>> {
        let (by, ticket, may_merge) = (entry.by, entry.ticket, entry.may_merge);
        let props: BTreeSet<PropNo> = entry.changes.iter().map(|(prop, _)| *prop).collect();
        let turns = self.route(by, &props);
        if turns.is_empty() {
            // There is no turn to wait for.
            entry.order = Order::AtArrival;
        }
        let edits = self.edits_in_queue(&entry.changes);
        let blocked = self.in_the_way(&entry, &turns, &edits);
        if !blocked.is_empty() {
            return Err(blocked);
        }
        self.cancel_by_events(by, &props, fx);

        let in_effect = entry.order == Order::AtArrival;
        let Sorted { for_all, own, values, placed } = self.sort(entry);
        let (seen_by_all, seen_by_one) = (!for_all.is_empty(), !own.is_empty());
        let changed: BTreeSet<PropNo> =
            for_all.iter().map(|(prop, _)| *prop).filter(|prop| props.contains(prop)).collect();
        let rev = self.commit_both(for_all, by.one(), own);
        let effect = if in_effect { Effect::At(rev) } else { Effect::AtTurn };
        let told = Told { by, ticket, effect, may_merge, values: &values, edits: &edits };
        let queued = self.prepare(turns, &changed, &told);
        if let Some(ticket) = ticket {
            self.open(ticket, queued.turns.len(), in_effect.then_some(rev));
            if queued.turns.is_empty() {
                self.settle(ticket, Outcome::Applied { rev });
            }
        }
        // What is seen together with what callbacks make of it is announced at the end of their turn.
        let wake_all = seen_by_all && !self.begins_at_once(&queued, Scope::Shared);
        let wake_one = by.one().filter(|_| seen_by_one && !self.begins_at_once(&queued, Scope::Private));
        let waits = queued.turns.is_empty() || queued.turns.iter().any(|(lane, _)| !self.scheduler.is_idle(*lane));
        // Whoever waits for the outcome hears that it is in effect.
        let wake_sender = ticket.filter(|_| in_effect && waits).map(|ticket| ticket.client);
        self.queue(now, queued, fx);
        let [placed_for_all, placed_for_one] = placed;
        self.announce(now, Whom::All, placed_for_all, rev, fx);
        self.announce(now, by.one().map_or(Whom::All, Whom::One), placed_for_one, rev, fx);
        if wake_all {
            fx.wake_all();
        }
        wake_one.into_iter().chain(wake_sender).for_each(|id| fx.wake_client(id));
        Ok(())
    }

    /// What builders gave to components that were placed, as far as it changed something at `rev`: what reads it gets a
    /// turn, as after a push.
    pub(super) fn announce(
        &mut self,
        now: Duration,
        whom: Whom,
        mut props: BTreeSet<PropNo>,
        rev: u64,
        fx: &mut Effects,
    ) {
        props.retain(|prop| match whom {
            Whom::All => self.truth.store.slot(*prop).rev() == rev,
            Whom::One(id) => self.seen_by(id, *prop).rev() == rev,
        });
        if !props.is_empty() {
            self.follow(now, whom, &props, rev, fx);
        }
    }

    /// What reads `props`, which have changed at `rev`, gets a turn, and so do the callbacks of rows that have come.
    pub(super) fn follow(&mut self, now: Duration, whom: Whom, props: &BTreeSet<PropNo>, rev: u64, fx: &mut Effects) {
        let by = By::Program(whom);
        let (values, edits) = Default::default();
        let told = Told { by, ticket: None, effect: Effect::At(rev), may_merge: true, values: &values, edits: &edits };
        let nothing = BTreeSet::new();
        let for_all = if whom == Whom::All { props } else { &nothing };
        let turns = self.route(by, props);
        let queued = self.prepare(turns, for_all, &told);
        self.queue(now, queued, fx);
    }

    /// Shared state changed: clients with private callbacks on it get a turn for them.
    pub(super) fn show_all(&mut self, now: Duration, changed: &BTreeSet<PropNo>, fx: &mut Effects) {
        let views = self.views(changed, &mut []);
        self.queue(now, Queued { views, ..Queued::default() }, fx);
    }

    /// The same for one client.
    pub(super) fn show_to(&mut self, now: Duration, id: ClientId, changed: &BTreeSet<PropNo>, fx: &mut Effects) {
        for (lane, values) in self.to_show(id, changed) {
            self.offer(now, lane, view(id, values), fx);
        }
    }

    // ---- where changes go ----

    /// The turns that changes of `props` start, but for those in which private callbacks only see what everybody sees.
    fn route(&self, by: By, props: &BTreeSet<PropNo>) -> Vec<Planned> {
        let mut turns = BTreeMap::<(LaneId, Option<ClientId>), BTreeSet<PropNo>>::new();
        for &prop in props {
            let wiring = self.plan.prop(prop);
            let kind = wiring.info.kind;
            let for_all = self.audience(by, prop) == Whom::All;
            if kind == Kind::Event || (kind == Kind::State && for_all) {
                for &island in &wiring.shared_islands {
                    turns.entry((LaneId { island, client: None }, None)).or_default().insert(prop);
                }
            }
            let only_seen = kind == Kind::State && for_all && !wiring.private;
            if kind == Kind::Stream || only_seen {
                continue;
            }
            let one = matches!(by, By::Program(Whom::One(_)));
            for &island in &wiring.private_islands {
                if kind == Kind::State && !self.shows(prop, island, one) {
                    continue;
                }
                for id in self.clients_of(by) {
                    turns.entry((self.lane_of(island, id), Some(id))).or_default().insert(prop);
                }
            }
        }
        let mut planned: Vec<Planned> = Vec::with_capacity(turns.len());
        for ((lane, whose), props) in turns {
            let starts = if whose.is_some() { Starts::Private } else { Starts::Shared };
            let client = whose.or(by.actor());
            match planned.last_mut().filter(|before| before.lane == lane && before.client == client) {
                // What one client wants of both kinds of callbacks in one queue is one turn.
                Some(before) => {
                    before.starts = Starts::Both;
                    before.props.extend(props);
                }
                None => planned.push(Planned { lane, client, starts, props }),
            }
        }
        planned
    }

    /// Who sees it if `by` sets this property.
    fn audience(&self, by: By, prop: PropNo) -> Whom {
        match by {
            By::Client(id) if self.plan.prop(prop).private => Whom::One(id),
            By::Client(_) => Whom::All,
            By::Program(whom) => whom,
        }
    }

    /// The clients whose private callbacks have a turn: those who are there, or the one. Those who are away have theirs
    /// when they come back. Who has no page has no private view either.
    fn clients_of(&self, by: By) -> Vec<ClientId> {
        match by {
            By::Client(id) => self.roster.has(id).then_some(id).into_iter().collect(),
            By::Program(Whom::One(id)) => vec![id],
            By::Program(Whom::All) => self.roster.connected().collect(),
        }
    }

    /// Whether a change of `prop` means something to the private callbacks of `island`: it starts one, or it is part of
    /// what they see as of their own place in the order of events.
    fn shows(&self, prop: PropNo, island: IslandNo, one: bool) -> bool {
        let plan = &self.plan;
        one || plan.islands[island].per_client || self.has_own(prop) || plan.starts_private(prop, island)
    }

    // ---- what is in the way ----

    fn in_the_way(
        &mut self,
        entry: &Entry,
        turns: &[Planned],
        edits: &BTreeMap<PropNo, Patch>,
    ) -> Vec<(PropNo, Blocked)> {
        let limit = self.limits.queue;
        let cancelled = self.cancelled_by(entry.changes.iter().map(|(prop, _)| *prop));
        let mut taken = BTreeMap::<LaneId, usize>::new();
        let mut blocked = BTreeMap::new();
        for turn in turns {
            let merge = self.merge_of(turn, entry.may_merge, edits);
            let lane = self.lane(turn.lane);
            if lane.needs_place(turn.client, entry.ticket.is_some(), merge, &turn.props) {
                let taken = taken.entry(turn.lane).or_insert_with(|| lane.bounded());
                *taken += 1;
                if *taken > limit {
                    blocked.extend(turn.props.iter().map(|prop| (*prop, Blocked::Full(limit))));
                    continue;
                }
            }
            for &prop in &turn.props {
                // A value that the program knows is not refused because somebody is at work.
                let is_fact = matches!(entry.by, By::Program(_)) && self.plan.prop(prop).info.kind == Kind::State;
                if let Some(callback) = self.skips(turn, prop, &cancelled).filter(|_| !is_fact) {
                    blocked.entry(prop).or_insert(Blocked::AtWork(callback));
                }
            }
        }
        blocked.into_iter().collect()
    }

    /// The callback with `queue = skip` that a change of `prop` would start in this turn, if it is still at work. What the
    /// same entry cancels is not in its way.
    fn skips(&mut self, turn: &Planned, prop: PropNo, cancelled: &BTreeSet<CallbackNo>) -> Option<&'static str> {
        let plan = Arc::clone(&self.plan);
        let wiring = plan.prop(prop);
        wiring.starts.iter().find_map(|&no| {
            let callback = &plan.callbacks[no];
            let scope = callback.def.spec.scope;
            // A shared state is shown to private callbacks, which merge what they are shown.
            let by_command = wiring.info.kind == Kind::Event || callback.shared() != wiring.private;
            let is_asked = callback.island == turn.lane.island && by_command && turn.starts.covers(scope);
            if callback.def.spec.queue != Queue::Skip || !is_asked || cancelled.contains(&no) {
                return None;
            }
            let client = turn.client.filter(|_| !callback.shared());
            let runs: Vec<_> = self.runs(callback, prop).collect();
            let starts = |other: PropNo| {
                let is_same = plan.row_of(other) == plan.row_of(prop) || !callback.starts_own(plan.cell(other));
                plan.prop(other).starts.contains(&no) && is_same
            };
            self.lane(turn.lane).works_on(no, &runs, scope, client, starts).then_some(callback.def.spec.name)
        })
    }

    /// What may happen to a turn while it waits.
    fn merge_of(&self, turn: &Planned, may_merge: bool, edits: &BTreeMap<PropNo, Patch>) -> Merge {
        let may_merge_one = |prop: &PropNo| self.may_merge(&turn.lane, *prop) && !edits.contains_key(prop);
        if may_merge && turn.props.iter().all(may_merge_one) { Merge::Newest } else { Merge::Never }
    }

    fn may_merge(&self, lane: &LaneId, prop: PropNo) -> bool {
        let keep_all = &self.plan.islands[lane.island].keep_all;
        self.plan.prop(prop).info.kind == Kind::State && !keep_all.contains(&self.plan.cell(prop))
    }

    // ---- what happens ----

    /// Callbacks that end when these events happen.
    fn cancelled_by(&self, props: impl Iterator<Item = PropNo>) -> BTreeSet<CallbackNo> {
        props.flat_map(|prop| self.plan.prop(prop).cancels.iter().copied()).collect()
    }

    fn cancel_by_events(&mut self, by: By, props: &BTreeSet<PropNo>, fx: &mut Effects) {
        for callback in self.cancelled_by(props.iter().copied()) {
            self.cancel(callback, by.one(), fx);
        }
    }

    /// Edits whose order among what callbacks write counts: each has a place of its own in their queue.
    fn edits_in_queue(&self, changes: &[(PropNo, Action)]) -> BTreeMap<PropNo, Patch> {
        let edit = |(prop, wanted): &(PropNo, Action)| match wanted {
            Action::Write(Write::Edit(patch)) if self.plan.prop(*prop).written => Some((*prop, patch.untried())),
            _ => None,
        };
        changes.iter().filter_map(edit).collect()
    }

    fn sort(&mut self, entry: Entry) -> Sorted {
        let Entry { by, changes, order, placing, .. } = entry;
        let mut sorted = Sorted::default();
        for (prop, wanted) in changes {
            match (wanted, order) {
                (Action::Event(value), _) => _ = sorted.values.insert(prop, value),
                (Action::Write(Write::Set(value)), Order::AtTurn) => _ = sorted.values.insert(prop, value),
                (Action::Write(write), _) => {
                    let change = (prop, Change::Write(write));
                    match self.audience(by, prop) {
                        Whom::All => sorted.for_all.push(change),
                        Whom::One(_) => sorted.own.push(change),
                    }
                }
            }
        }
        if let By::Program(Whom::One(_)) = by {
            let own = sorted.own.iter().map(|(prop, _)| *prop);
            self.truth.overridden.extend(own.filter(|prop| !self.plan.prop(*prop).private));
        }
        let one = if let By::Program(Whom::One(id)) = by { Some(id) } else { None };
        let [for_all, own] = self.placed(one, placing);
        sorted.placed = [&for_all, &own].map(|changes| changes.iter().map(|(prop, _)| *prop).collect());
        sorted.for_all.extend(for_all);
        sorted.own.extend(own);
        sorted
    }

    /// The turns and the views of what has changed, ready to be queued. `for_all` has what everybody sees anew.
    fn prepare(&mut self, mut turns: Vec<Planned>, for_all: &BTreeSet<PropNo>, told: &Told<'_>) -> Queued {
        let views = self.views(for_all, &mut turns);
        let mut newborn = self.take_newborn();
        for &(lane, client) in newborn.keys() {
            let starts = if client.is_some() { Starts::Private } else { Starts::Shared };
            if !turns.iter().any(|turn| (turn.lane, turn.client, turn.starts) == (lane, client, starts)) {
                turns.push(Planned { lane, client, starts, props: BTreeSet::new() });
            }
        }
        let turns = turns.into_iter().map(|turn| {
            let merge = self.merge_of(&turn, told.may_merge, told.edits);
            let Planned { lane, client, starts, props } = turn;
            let values = props.into_iter().filter_map(|prop| Some((prop, self.told(starts, client, prop, told)?)));
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
    fn views(&self, changed: &BTreeSet<PropNo>, turns: &mut [Planned]) -> Vec<(LaneId, Item)> {
        if changed.iter().all(|prop| self.plan.prop(*prop).private_islands.is_empty()) {
            return Vec::new();
        }
        let own = turns.iter().enumerate().filter(|(_, turn)| turn.starts.covers(Scope::Private));
        let own: BTreeMap<_, _> = own.map(|(at, turn)| ((turn.lane, turn.client), at)).collect();
        let mut views = Vec::new();
        for id in self.roster.connected() {
            for (lane, values) in self.to_show(id, changed) {
                match own.get(&(lane, Some(id))) {
                    Some(at) => turns[*at].props.extend(values.into_keys()),
                    None => views.push((lane, view(id, values))),
                }
            }
        }
        views
    }

    /// What a client's private callbacks are to see of what changed, and in which lanes.
    fn to_show(&self, id: ClientId, changed: &BTreeSet<PropNo>) -> BTreeMap<LaneId, BTreeMap<PropNo, Value>> {
        let mut seen = BTreeMap::<LaneId, BTreeMap<PropNo, Value>>::new();
        for &prop in changed {
            let Some(value) = self.seen_by(id, prop).value() else { continue };
            for &island in &self.plan.prop(prop).private_islands {
                if self.shows(prop, island, false) {
                    seen.entry(self.lane_of(island, id)).or_default().insert(prop, value.clone());
                }
            }
        }
        seen
    }

    fn queue(&mut self, now: Duration, queued: Queued, fx: &mut Effects) {
        for (lane, item) in queued.turns.into_iter().chain(queued.views) {
            self.offer(now, lane, item, fx);
        }
    }

    /// Whether there are turns for callbacks of this scope, and nothing is in the way of any of them.
    fn begins_at_once(&self, queued: &Queued, scope: Scope) -> bool {
        let is_of = |item: &Item| matches!(&item.cause, Cause::Changes(changes) if changes.starts.covers(scope));
        let mut turns = queued.turns.iter().filter(|(_, item)| is_of(item)).peekable();
        turns.peek().is_some() && turns.all(|(lane, _)| self.scheduler.is_idle(*lane))
    }
}

/// A turn in which a client's private callbacks see values that everybody sees.
fn view(id: ClientId, values: BTreeMap<PropNo, Value>) -> Item {
    Item { client: Some(id), ticket: None, cause: Cause::Changes(Changes::view(values)) }
}
