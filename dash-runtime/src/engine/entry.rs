//! The one way in. Whoever wants a property changed or an event to happen — a command of a page, a request, several
//! commands in one request, a push or an event of the program — makes an [`Entry`] and gives it to [`Engine::enter`].
//!
//! An entry is checked as a whole before anything happens. If a queue has no room for it, or a callback with `queue = skip`
//! is at work, nothing has changed and nothing was cancelled. Otherwise, in this order: the callbacks that its events cancel
//! are cancelled; its values go to the store at one revision (or wait for their turn); each queue that it concerns gets one
//! turn; and whoever sees a change that no turn announces at once is woken.

use std::{collections::BTreeSet, time::Duration};

use litemap::LiteMap;

use super::{
    Engine,
    effects::Effects,
    item::{Effect, Ticket, takes_place},
    lane::{Lane, LaneId},
    places::Placing,
    route::{Props, Told, TurnPlan},
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
    numbers::{CallbackNo, PropNo},
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

/// The changes of an entry, by who sees them.
#[derive(Default)]
struct Sorted {
    for_all: Vec<(PropNo, Change)>,
    own: Vec<(PropNo, Change)>,
    /// Events, and values that take effect with their turn.
    values: LiteMap<PropNo, Value>,
    /// Of the changes for all, those that private callbacks see.
    viewed: Props,
    /// Among the changes, what builders gave to components that were placed: for all, and for one client.
    placed: [Props; 2],
}

impl By {
    /// On whose behalf shared callbacks run.
    pub(super) const fn actor(self) -> Option<ClientId> {
        match self {
            Self::Client(id) => Some(id),
            Self::Program(_) => None,
        }
    }

    /// The client that alone sees what is changed for one.
    pub(super) const fn one(self) -> Option<ClientId> {
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
        let turns = self.route(by, entry.changes.iter().map(|(prop, _)| *prop));
        if turns.is_empty() {
            // There is no turn to wait for.
            entry.order = Order::AtArrival;
        }
        let edits = self.edits_in_queue(&entry.changes);
        let blocked = self.in_the_way(&entry, &turns, &edits);
        if !blocked.is_empty() {
            return Err(blocked);
        }
        self.cancel_by_events(&entry, fx);

        let in_effect = entry.order == Order::AtArrival;
        let Sorted { for_all, own, values, viewed, placed } = self.sort(entry);
        let (seen_by_all, seen_by_one) = (!for_all.is_empty(), !own.is_empty());
        let rev = self.commit_both(for_all, by.one(), own);
        let effect = if in_effect { Effect::At(rev) } else { Effect::AtTurn };
        let told = Told { by, ticket, effect, may_merge, values: &values, edits: &edits };
        let queued = self.prepare(turns, &viewed, &told);
        match ticket {
            Some(ticket) if queued.turns.is_empty() => self.settle(ticket, Outcome::Applied { rev }),
            Some(ticket) => self.open(ticket, queued.turns.len(), in_effect.then_some(rev)),
            None => {}
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

    // ---- what is in the way ----

    fn in_the_way(&self, entry: &Entry, turns: &[TurnPlan], edits: &LiteMap<PropNo, Patch>) -> Vec<(PropNo, Blocked)> {
        let limit = self.limits.queue;
        // Turns of one lane come one after the other.
        let mut taken: Option<(LaneId, usize)> = None;
        let mut blocked = LiteMap::<PropNo, Blocked>::new();
        for turn in turns {
            let merge = self.merge_of(turn, entry.may_merge, edits);
            // A lane that is not there is empty.
            let lane = self.scheduler.lane(turn.lane);
            let ticketed = entry.ticket.is_some();
            let needs_place = match lane {
                Some(lane) => lane.needs_place(turn.client, ticketed, merge, &turn.props),
                None => takes_place(turn.client, ticketed, merge),
            };
            if needs_place {
                let before = taken.filter(|(lane, _)| *lane == turn.lane).map(|(_, count)| count);
                let count = 1 + before.unwrap_or_else(|| lane.map_or(0, Lane::bounded));
                taken = Some((turn.lane, count));
                if count > limit {
                    turn.props.keys().for_each(|prop| _ = blocked.insert(*prop, Blocked::Full(limit)));
                    continue;
                }
            }
            for &prop in turn.props.keys() {
                // A value that the program knows is not refused because somebody is at work.
                let is_fact = matches!(entry.by, By::Program(_)) && self.plan.prop(prop).info.kind == Kind::State;
                if !is_fact && let Some(callback) = self.skips(entry, turn, prop) {
                    let _ = blocked.try_insert(prop, Blocked::AtWork(callback));
                }
            }
        }
        blocked.into_tuple_vec()
    }

    /// The callback with `queue = skip` that a change of `prop` would start in this turn, if it is still at work. What the
    /// same entry cancels is not in its way.
    fn skips(&self, entry: &Entry, turn: &TurnPlan, prop: PropNo) -> Option<&'static str> {
        let plan = &self.plan;
        let wiring = plan.prop(prop);
        wiring.starts.iter().find_map(|&no| {
            let callback = &plan.callbacks[no];
            let scope = callback.def.spec.scope;
            // A shared state is shown to private callbacks, which merge what they are shown.
            let by_command = wiring.info.kind == Kind::Event || callback.shared() != wiring.private;
            let is_asked = callback.island == turn.lane.island && by_command && turn.starts.covers(scope);
            let cancels = |(prop, _): &(PropNo, Action)| plan.prop(*prop).cancels.contains(&no);
            if callback.def.spec.queue != Queue::Skip || !is_asked || entry.changes.iter().any(cancels) {
                return None;
            }
            let client = turn.client.filter(|_| !callback.shared());
            let runs: Vec<_> = self.runs(callback, prop).collect();
            let starts = |other: PropNo| {
                let is_same = plan.row_of(other) == plan.row_of(prop) || !callback.starts_own(plan.cell(other));
                plan.prop(other).starts.contains(&no) && is_same
            };
            let lane = self.scheduler.lane(turn.lane)?;
            lane.works_on(no, &runs, scope, client, starts).then_some(callback.def.spec.name)
        })
    }

    // ---- what happens ----

    /// Callbacks end that are to end when these events happen.
    fn cancel_by_events(&mut self, entry: &Entry, fx: &mut Effects) {
        let props = entry.changes.iter().map(|(prop, _)| *prop);
        let cancels = props.flat_map(|prop| self.plan.prop(prop).cancels.iter().copied());
        let cancels: BTreeSet<CallbackNo> = cancels.collect();
        for callback in cancels {
            self.cancel(callback, entry.by.one(), fx);
        }
    }

    /// Edits whose order among what callbacks write counts: each has a place of its own in their queue.
    fn edits_in_queue(&self, changes: &[(PropNo, Action)]) -> LiteMap<PropNo, Patch> {
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
                        Whom::All => {
                            if !self.plan.prop(prop).private_islands.is_empty() {
                                sorted.viewed.insert(prop, ());
                            }
                            sorted.for_all.push(change);
                        }
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
        if placing.is_empty() {
            return sorted;
        }
        let [for_all, own] = self.placed(one, placing);
        sorted.placed = [&for_all, &own].map(|changes| changes.iter().map(|(prop, _)| (*prop, ())).collect());
        sorted.for_all.extend(for_all);
        sorted.own.extend(own);
        sorted
    }
}
