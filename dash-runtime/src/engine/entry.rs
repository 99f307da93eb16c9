//! The one entrance for changes. A command of a page, a request, a batch, a push and an event of the program each make
//! an [`Entry`] and pass it to [`Engine::enter`].
//!
//! The engine checks an entry as a whole before anything happens. It refuses the entry if a queue has no room for it,
//! or if a callback with `queue = skip` is busy. A refused entry changes nothing and cancels nothing. Otherwise the
//! engine does these steps in this order:
//!
//! 1. It cancels the callbacks that the events of the entry cancel.
//! 2. It commits the values at one revision. Values with [`Order::AtTurn`] wait for their turn instead.
//! 3. It queues one turn in each queue that the entry concerns.
//! 4. It wakes the clients that see a change, except where a turn that starts at once will wake them.

use std::{collections::BTreeSet, time::Duration};

use litemap::LiteMap;

use super::{
    Engine,
    effects::Effects,
    gates::Consequences,
    item::{Expiry, TakesEffect, Ticket, takes_place},
    lane::{Lane, LaneId},
    places::Placing,
    route::{Props, TurnInput, TurnPlan},
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

/// The sender of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sender {
    /// A client. It changes private properties for itself and all other properties for everybody.
    Client(ClientId),
    /// The program, for everybody or for one client.
    Program(Whom),
}

/// When the values of an entry take effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// On arrival, all at one revision. A value takes effect again in its turn if a callback has overwritten it
    /// meanwhile.
    AtArrival,
    /// In their turn. For a property that a callback writes too.
    AtTurn,
}

/// The change of one property.
#[derive(Debug, Clone)]
pub(super) enum Action {
    Write(Write),
    /// An event, with its payload.
    Event(Value),
}

/// A change request, checked already: each property exists, the sender may write it, and the value has its type and
/// range.
pub(super) struct Entry {
    pub(super) sender: Sender,
    /// The command, if a sender waits for the outcome.
    pub(super) ticket: Option<Ticket>,
    pub(super) changes: Vec<(PropNo, Action)>,
    pub(super) order: Order,
    /// Whether newer values of the same sender may replace these while they wait.
    pub(super) may_merge: bool,
    /// After this time, its events must not be carried out any more. `None` if there is no limit.
    pub(super) expires: Option<Expiry>,
    /// The placements that follow from the pieces of the page among the changes, if there are any.
    pub(super) placing: Option<Placing>,
    /// Whether it is taken in any case.
    pub(super) must: bool,
    /// Whether it makes something safe, and so overtakes what waits.
    pub(super) releases: bool,
    /// The callback that has refused a value, if the entry gives the one before it back. It does not run for it.
    pub(super) refused_by: Option<CallbackNo>,
    /// Why some of what was wanted is not in it any more.
    pub(super) dropped: Option<String>,
    /// Whether a person wants it, so that it is in the record of who wanted what. Not what the program does for a client.
    pub(super) is_wanted: bool,
}

impl Entry {
    /// An entry whose sender does not wait for the outcome, which newer values may replace, and which may be refused.
    pub(super) const fn new(sender: Sender, changes: Vec<(PropNo, Action)>, order: Order) -> Self {
        Self {
            sender,
            ticket: None,
            changes,
            order,
            may_merge: true,
            expires: None,
            placing: None,
            must: false,
            releases: false,
            refused_by: None,
            dropped: None,
            is_wanted: true,
        }
    }

    /// The same, as an entry that makes something safe: it is taken in any case, and overtakes what waits.
    pub(super) fn safe(self) -> Self {
        Self { must: true, releases: true, ..self }
    }
}

/// Why an entry is refused, for one of its properties.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Blocked {
    /// The queue is full. It holds this many turns.
    Full(usize),
    /// The callback with this name has `queue = skip` and is busy.
    AtWork(&'static str),
}

impl Blocked {
    /// The first of several reasons, for a sender that gets only one.
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

/// The changes of an entry, by the clients that see them.
#[derive(Default)]
struct Sorted {
    for_all: Vec<(PropNo, Change)>,
    own: Vec<(PropNo, Change)>,
    /// Events, and values that take effect in their turn.
    values: LiteMap<PropNo, Value>,
    /// The properties among the changes for everybody that private callbacks see.
    viewed: Props,
    /// The properties among the changes that come from builders of placed components: for everybody, and for one
    /// client.
    placed: [Props; 2],
}

impl Sender {
    /// The client for which shared callbacks run.
    pub(super) const fn actor(self) -> Option<ClientId> {
        match self {
            Self::Client(id) => Some(id),
            Self::Program(_) => None,
        }
    }

    /// The client that alone sees the private changes.
    pub(super) const fn one(self) -> Option<ClientId> {
        match self {
            Self::Client(id) | Self::Program(Whom::One(id)) => Some(id),
            Self::Program(Whom::All) => None,
        }
    }
}

impl Engine {
    /// Takes the whole entry or nothing of it.
    ///
    /// # Errors
    /// The reason for each property that is blocked. Then nothing has changed.
    pub(super) fn enter(
        &mut self,
        now: Duration,
        mut entry: Entry,
        fx: &mut Effects,
    ) -> Result<(), Vec<(PropNo, Blocked)>> {
        self.arrive(now, fx);
        if !entry.must && self.acts(&entry) {
            // Before the gates change: the rest of it may still be refused, as if it came alone.
            let others = entry.changes.iter().filter(|change| !self.is_act(change)).map(|(prop, _)| *prop);
            let turns = self.route(entry.sender, others);
            let blocked = self.check(&entry, &turns, &self.edits_in_queue(&entry.changes));
            if !blocked.is_empty() {
                return Err(blocked);
            }
            entry.releases = self.only_closes(&entry);
        }
        let follows = self.act(now, &entry);
        let dropped = self.drop_under_closed(&mut entry, &follows);
        // The gates have changed, so it must not be refused any more.
        entry.must |= follows.any();
        entry.dropped = dropped;
        let entered = self.enter_with(now, entry, follows, fx);
        self.watch_conditions(now, fx);
        entered
    }

    /// The same, with what follows from the events of the entry for the gates.
    pub(super) fn enter_with(
        &mut self,
        now: Duration,
        mut entry: Entry,
        mut follows: Consequences,
        fx: &mut Effects,
    ) -> Result<(), Vec<(PropNo, Blocked)>> {
        let (sender, ticket, may_merge, expires) = (entry.sender, entry.ticket, entry.may_merge, entry.expires);
        let turns = self.route(sender, entry.changes.iter().chain(&follows.changes).map(|(prop, _)| *prop));
        if turns.is_empty() {
            // No turn is started, so there is no turn to wait for.
            entry.order = Order::AtArrival;
        }
        let dropped = entry.dropped.take();
        let edits = self.edits_in_queue(&entry.changes);
        let blocked = self.check(&entry, &turns, &edits);
        if !blocked.is_empty() && !entry.must {
            return Err(blocked);
        }
        self.record_entry(now, &entry);
        self.close_gates(now, &mut follows, fx);
        self.supersede_states(&follows, fx);
        self.cancel_by_events(&entry, fx);
        let has_acted = dropped.is_none() && entry.changes.iter().all(|change| self.is_act(change));
        entry.changes.append(&mut follows.changes);

        let in_effect = entry.order == Order::AtArrival;
        let (refused_by, releases) = (entry.refused_by, entry.releases);
        let Sorted { mut for_all, mut own, values, viewed, placed } = self.sort(entry);
        // A value that comes back keeps the mark of the one that was refused.
        if refused_by.is_none() {
            self.unmark_written(None, true, &mut for_all);
            self.unmark_written(sender.one(), true, &mut own);
        }
        let (seen_by_all, seen_by_one) = (!for_all.is_empty(), !own.is_empty());
        let rev = self.commit_both(for_all, sender.one(), own);
        let effect = if in_effect { TakesEffect::At(rev) } else { TakesEffect::AtTurn };
        let input = TurnInput {
            sender,
            ticket,
            effect,
            may_merge,
            expires,
            refused_by,
            releases,
            dropped: dropped.as_deref(),
            values: &values,
            edits: &edits,
        };
        let queued = self.prepare(turns, &viewed, &input);
        match ticket {
            Some(ticket) if queued.turns.is_empty() => {
                self.settle(ticket, dropped.map_or(Outcome::Applied { rev }, Outcome::Failed));
            }
            Some(ticket) => self.open(ticket, queued.turns.len(), in_effect.then_some(rev), has_acted),
            None => {}
        }
        // Changes that a callback reacts to at once are published at the end of its turn, in one frame.
        let wake_all = seen_by_all && !self.can_start_at_once(&queued, Scope::Shared);
        let wake_one = sender.one().filter(|_| seen_by_one && !self.can_start_at_once(&queued, Scope::Private));
        let waits = queued.turns.is_empty() || queued.turns.iter().any(|(lane, _)| !self.scheduler.is_idle(*lane));
        // A sender that has to wait gets an acknowledgement that its values are in effect.
        let wake_sender = ticket.filter(|_| in_effect && waits).map(|ticket| ticket.client);
        self.queue(now, queued, fx);
        let one = sender.one().map_or(Whom::All, Whom::One);
        for (whom, placed) in [Whom::All, one].into_iter().zip(placed) {
            if !placed.is_empty() {
                self.start_readers_of_placed(now, whom, placed, rev, fx);
            }
        }
        if wake_all {
            fx.wake_all();
        }
        wake_one.into_iter().chain(wake_sender).for_each(|id| fx.wake_client(id));
        self.tell_parts(follows, fx);
        self.release_leaving(now, fx);
        Ok(())
    }

    // ---- checks ----

    fn check(&self, entry: &Entry, turns: &[TurnPlan], edits: &LiteMap<PropNo, Patch>) -> Vec<(PropNo, Blocked)> {
        let limit = self.limits.queue;
        // The turns of one lane are adjacent in the list.
        let mut taken: Option<(LaneId, usize)> = None;
        let mut blocked = LiteMap::<PropNo, Blocked>::new();
        for turn in turns {
            let merge = self.merge_of(turn, entry.may_merge, edits);
            // A lane that was not created yet is empty.
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
                // A state that the program writes is a fact. It is not refused because a callback is busy.
                let is_fact =
                    matches!(entry.sender, Sender::Program(_)) && self.plan.prop(prop).info.kind == Kind::State;
                if !is_fact && let Some(callback) = self.busy_callback(entry, turn, prop) {
                    let _ = blocked.try_insert(prop, Blocked::AtWork(callback));
                }
            }
        }
        blocked.into_tuple_vec()
    }

    /// The callback with `queue = skip` that a change of `prop` would start in this turn, if it is busy. A callback
    /// that the same entry cancels does not count.
    fn busy_callback(&self, entry: &Entry, turn: &TurnPlan, prop: PropNo) -> Option<&'static str> {
        let plan = &self.plan;
        let wiring = plan.prop(prop);
        wiring.starts.iter().find_map(|&no| {
            let callback = &plan.callbacks[no];
            let scope = callback.def.spec.scope;
            // Private callbacks get changes of shared state as view updates, and those merge. So they never block an
            // entry.
            let by_command = wiring.info.kind == Kind::Event || callback.shared() != wiring.private;
            let is_started = callback.island == turn.lane.island && by_command && turn.scopes.covers(scope);
            let cancels = |(prop, _): &(PropNo, Action)| plan.prop(*prop).cancels.contains(&no);
            if callback.def.spec.queue != Queue::Skip || !is_started || entry.changes.iter().any(cancels) {
                return None;
            }
            let client = turn.client.filter(|_| !callback.shared());
            let runs: Vec<_> = self.runs(callback, prop).collect();
            let starts = |other: PropNo| {
                let is_same = plan.row_of(other) == plan.row_of(prop) || !callback.starts_own(plan.cell(other));
                plan.prop(other).starts.contains(&no) && is_same
            };
            let lane = self.scheduler.lane(turn.lane)?;
            lane.is_busy(no, &runs, scope, client, starts).then_some(callback.def.spec.name)
        })
    }

    // ---- effects ----

    /// Cancels the callbacks that the events of the entry cancel.
    fn cancel_by_events(&mut self, entry: &Entry, fx: &mut Effects) {
        let mut cancels = BTreeSet::<CallbackNo>::new();
        for (prop, _) in &entry.changes {
            cancels.extend(&self.plan.prop(*prop).cancels);
        }
        // An event that the program fires for a client acts like a command of that client, but the person has not sent it.
        let by = entry.ticket.map(|ticket| ticket.client);
        for callback in cancels {
            self.cancel(callback, entry.sender.one(), by, fx);
        }
    }

    /// Edits of properties that callbacks write too. Their order counts, so each keeps its own place in the queue.
    fn edits_in_queue(&self, changes: &[(PropNo, Action)]) -> LiteMap<PropNo, Patch> {
        let edit = |(prop, wanted): &(PropNo, Action)| match wanted {
            Action::Write(Write::Edit(patch)) if self.plan.prop(*prop).written => Some((*prop, patch.untried())),
            _ => None,
        };
        changes.iter().filter_map(edit).collect()
    }

    fn sort(&mut self, entry: Entry) -> Sorted {
        let Entry { sender, changes, order, placing, .. } = entry;
        let mut sorted = Sorted::default();
        for (prop, wanted) in changes {
            match (wanted, order) {
                (Action::Event(value), _) => _ = sorted.values.insert(prop, value),
                (Action::Write(Write::Set(value)), Order::AtTurn) => _ = sorted.values.insert(prop, value),
                (Action::Write(write), _) => {
                    let change = (prop, Change::Write(write));
                    match self.audience(sender, prop) {
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
        let one = if let Sender::Program(Whom::One(id)) = sender { Some(id) } else { None };
        if one.is_some() {
            let own = sorted.own.iter().map(|(prop, _)| *prop);
            self.truth.overridden.extend(own.filter(|prop| !self.plan.prop(*prop).private));
        }
        let Some(placing) = placing.filter(|placing| !placing.is_empty()) else { return sorted };
        let [for_all, own] = self.placed(one, placing);
        sorted.placed = [&for_all, &own].map(|changes| changes.iter().map(|(prop, _)| (*prop, ())).collect());
        sorted.for_all.extend(for_all);
        sorted.own.extend(own);
        sorted
    }
}
