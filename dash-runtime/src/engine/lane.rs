//! One queue: the turns that wait, and the one that runs.
//!
//! An island has one lane for everybody, or, if it has only private callbacks and no device, one per client. A lane
//! takes one item after the other; everything that the item starts is one turn.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::{
    plan::{CallbackNo, IslandNo, PropNo},
    requests::RequestNo,
    rows::RowNo,
    store::Change,
};
use crate::{
    callback::{task::Task, trigger::Occasion},
    client::ClientId,
    edit::Patch,
    value::Value,
};

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
    pub(crate) number: Number,
}

/// How a command is known, and so where its outcome goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Number {
    /// A page has numbered it, and is told with a frame.
    Frame(u64),
    /// It came by itself, and the outcome is the answer.
    Request(RequestNo),
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
        /// Whether a newer value may take its place: a state of which only the latest counts.
        may_merge: bool,
        /// Callbacks that were cancelled before it was their turn.
        cancelled: BTreeSet<CallbackNo>,
    },
    /// The program itself changed state: everybody's, or, for an item with a client, what this client sees.
    Push {
        values: BTreeMap<PropNo, Pushed>,
        /// Rows that have come, whose callbacks run for them.
        born: Vec<RowNo>,
        /// Whether newer values may take the place of these.
        may_merge: bool,
        /// Callbacks that were cancelled before it was their turn; never with `may_merge`.
        cancelled: BTreeSet<CallbackNo>,
    },
    /// Shared state changed, and a client's private callbacks read it.
    Seen(BTreeMap<PropNo, Value>),
    /// The start: of the dashboard, or of a client.
    Start,
    /// A client has come, or has gone; or the table of clients is another one.
    Hook(Hook),
    /// A source's time has come.
    Tick(CallbackNo),
}

/// What happens to a client, or to the table of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hook {
    Connect,
    Disconnect,
    /// The table is another one, whatever it is that changed.
    Clients,
}

/// What was pushed, and the revision at which it took effect.
#[derive(Debug, Clone)]
pub(crate) struct Pushed {
    pub(crate) what: What,
    pub(crate) rev: u64,
}

#[derive(Debug, Clone)]
pub(crate) enum What {
    Value(Value),
    /// Of a value that a callback of the lane writes too. What came of it is in the store.
    Edit(Patch),
}

impl Pushed {
    /// What one client is shown: it has no revision of its own.
    fn seen(value: Value) -> Self {
        Self { what: What::Value(value), rev: 0 }
    }
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

/// The run that goes on.
#[derive(Debug)]
pub(crate) struct Running {
    pub(crate) callback: CallbackNo,
    /// The row that it runs for; 0 if it is not of rows.
    pub(crate) row: RowNo,
    /// No other run of the engine has this number.
    pub(crate) number: u64,
    /// To cancel it, if it can be.
    pub(crate) task: Option<Task>,
}

/// The turn that runs.
#[derive(Debug)]
pub(crate) struct Turn {
    pub(crate) client: Option<ClientId>,
    pub(crate) ticket: Option<Ticket>,
    /// If the client coming or going is what it is about.
    pub(crate) hook: Option<Hook>,
    /// What it is about, if not about properties.
    pub(crate) occasion: Occasion,
    /// The properties that started callbacks in it, so far.
    pub(crate) changed: BTreeSet<PropNo>,
    /// The events that happened, with their payloads.
    pub(crate) events: BTreeMap<PropNo, Value>,
    pub(crate) running: Option<Running>,
    /// What properties were before it began, for those that have another value while it runs.
    pub(crate) held: Vec<(PropNo, Value)>,
    /// Callbacks that were cancelled before it was their turn.
    pub(crate) cancelled: BTreeSet<CallbackNo>,
    /// Places (in the island's order) of callbacks that are to run, each with the row that it is to run for.
    pub(crate) pending: BTreeSet<(usize, RowNo)>,
    /// Shared changes that are not in the store yet.
    pub(crate) staged: Vec<(PropNo, Change)>,
    /// Changes that only `client` sees, not in its slots yet.
    pub(crate) own_staged: Vec<(PropNo, Change)>,
    /// Whom there is something new for that they were not woken for.
    pub(crate) unsent: Unsent,
    pub(crate) failure: Option<String>,
}

impl Turn {
    /// Changes that are to be published: for everybody if `shared`, else for the turn's client.
    pub(crate) fn stage(&mut self, shared: bool, changes: impl IntoIterator<Item = (PropNo, Change)>) {
        let mut changes = changes.into_iter().peekable();
        if changes.peek().is_none() {
            return;
        }
        let (staged, whom) = match shared {
            true => (&mut self.staged, Unsent::Shared),
            false => (&mut self.own_staged, Unsent::Own),
        };
        staged.extend(changes);
        self.unsent = self.unsent.max(whom);
    }
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

impl Lane {
    /// Empty, seeing these values.
    pub(crate) fn new(view: BTreeMap<PropNo, Value>) -> Self {
        Self { view, ..Self::default() }
    }

    /// Queues `item`, and returns the one whose place it took.
    ///
    /// Never refuses: commands are asked for room before, and of everything else there is a bounded number, because it
    /// merges: a tick per source, a start per client, a look at the table of clients per client, and what a client has seen
    /// once between two of its commands.
    pub(crate) fn offer(&mut self, mut item: Item) -> Option<Item> {
        match &mut item.cause {
            Cause::Command { prop, may_merge: true, .. } => {
                let at = self.waiting(item.client, *prop);
                let replaced = at.and_then(|at| self.queue.remove(at));
                if let Some(at) = at {
                    self.thin_out(item.client, at);
                }
                self.queue.push_back(item);
                return replaced;
            }
            Cause::Seen(new) => {
                let last = self.queue.iter().rposition(|waiting| waiting.client == item.client);
                let last = last.filter(|last| !self.sets_one_of(new, last + 1));
                match last.map(|last| &mut self.queue[last].cause) {
                    Some(Cause::Seen(old)) => {
                        old.append(new);
                        return None;
                    }
                    Some(Cause::Push { values, may_merge: true, .. }) => {
                        let seen = std::mem::take(new).into_iter();
                        values.extend(seen.map(|(prop, value)| (prop, Pushed::seen(value))));
                        return None;
                    }
                    _ => {}
                }
                let client = item.client;
                self.queue.push_back(item);
                self.thin_out(client, self.queue.len() - 1);
                return None;
            }
            Cause::Push { values, born, may_merge: true, .. } => self.take_over(item.client, values, born),
            // Who waits to look at the table will see this change, too.
            Cause::Hook(Hook::Clients) if self.has_hook(item.client, Hook::Clients) => return None,
            Cause::Command { .. } | Cause::Push { .. } | Cause::Start | Cause::Hook(_) | Cause::Tick(_) => {}
        }
        self.queue.push_back(item);
        None
    }

    /// Whether something from this place on, of whomever, brings the lane's view up to one of these values. Who is to see
    /// them must not come before it.
    fn sets_one_of(&self, values: &BTreeMap<PropNo, Value>, from: usize) -> bool {
        self.queue.range(from..).any(|item| match &item.cause {
            Cause::Command { prop, .. } => values.contains_key(prop),
            Cause::Push { values: pushed, .. } => pushed.keys().any(|prop| values.contains_key(prop)),
            Cause::Seen(_) | Cause::Start | Cause::Hook(_) | Cause::Tick(_) => false,
        })
    }

    /// Of what a client is shown around this place, with nothing in between that it asked for, two turns are enough: the
    /// first keeps its place, so that there is an end to the waiting, and the rest is shown with the last.
    fn thin_out(&mut self, client: Option<ClientId>, around: usize) {
        let is_own = |queue: &VecDeque<Item>, at: &usize| queue[*at].client == client;
        let is_seen = |queue: &VecDeque<Item>, at: &usize| matches!(queue[*at].cause, Cause::Seen(_));
        let queue = &self.queue;
        let before = (0..around).rev().filter(|at| is_own(queue, at)).take_while(|at| is_seen(queue, at));
        let after = (around..queue.len()).filter(|at| is_own(queue, at)).take_while(|at| is_seen(queue, at));
        let mut shown: Vec<usize> = before.chain(after).collect();
        shown.sort_unstable();
        let [_, between @ .., _] = shown.as_slice() else { return };
        let mut joined = BTreeMap::new();
        for (removed, at) in between.iter().enumerate() {
            if let Some(Cause::Seen(values)) = self.queue.remove(at - removed).map(|item| item.cause) {
                joined.extend(values);
            }
        }
        let last = shown[shown.len() - 1] - between.len();
        if let Some(Cause::Seen(values)) = self.queue.get_mut(last).map(|item| &mut item.cause) {
            for (prop, value) in joined {
                values.entry(prop).or_insert(value);
            }
        }
    }

    /// The waiting value of `prop` that a newer one of the same client may replace, at the end of the queue.
    ///
    /// What stands between the two must not notice: nothing else that this client asked for, and nobody's event, which
    /// was made by somebody who saw the older value.
    fn waiting(&self, client: Option<ClientId>, prop: PropNo) -> Option<usize> {
        for (at, item) in self.queue.iter().enumerate().rev() {
            match item.cause {
                Cause::Command { may_merge: false, .. } | Cause::Push { may_merge: false, .. } => return None,
                Cause::Command { prop: old, .. } if item.client == client => return (old == prop).then_some(at),
                Cause::Command { .. }
                | Cause::Push { .. }
                | Cause::Seen(_)
                | Cause::Start
                | Cause::Hook(_)
                | Cause::Tick(_) => {}
            }
        }
        None
    }

    /// Where what was pushed before waits, if newer values for the same (everybody, or one client) may join it at the end
    /// of the queue. The same rule as for commands: not past an event, nor past what this client asked for.
    fn waiting_push(&self, client: Option<ClientId>) -> Option<usize> {
        for (at, item) in self.queue.iter().enumerate().rev() {
            let same = item.client == client;
            match item.cause {
                Cause::Command { may_merge: false, .. } | Cause::Push { may_merge: false, .. } => return None,
                Cause::Command { .. } if same && client.is_some() => return None,
                Cause::Push { .. } | Cause::Seen(_) if same => return Some(at),
                Cause::Command { .. }
                | Cause::Push { .. }
                | Cause::Seen(_)
                | Cause::Start
                | Cause::Hook(_)
                | Cause::Tick(_) => {}
            }
        }
        None
    }

    /// Joins what was pushed before and waits to `values`, as far as nothing newer came for it in between.
    fn take_over(&mut self, client: Option<ClientId>, values: &mut BTreeMap<PropNo, Pushed>, born: &mut Vec<RowNo>) {
        let Some(at) = self.waiting_push(client) else { return };
        let since = self.queue.range(at + 1..);
        let newer: BTreeSet<PropNo> = since
            .filter_map(|item| match item.cause {
                Cause::Command { prop, .. } => Some(prop),
                _ => None,
            })
            .collect();
        let before = self.queue.remove(at).map(|item| item.cause);
        self.thin_out(client, at);
        let before = match before {
            Some(Cause::Push { values, born: before, .. }) => {
                born.extend(before);
                values
            }
            Some(Cause::Seen(values)) => values.into_iter().map(|(prop, value)| (prop, Pushed::seen(value))).collect(),
            _ => return,
        };
        for (prop, pushed) in before.into_iter().filter(|(prop, _)| !newer.contains(prop)) {
            values.entry(prop).or_insert(pushed);
        }
    }

    /// How many turns wait of those whose number is bounded: commands, and what was pushed to all or must not merge. What
    /// one client is shown merges.
    pub(crate) fn bounded(&self) -> usize {
        let is_bounded = |item: &&Item| match item.cause {
            Cause::Command { .. } => true,
            Cause::Push { may_merge, .. } => item.client.is_none() || !may_merge,
            Cause::Seen(_) | Cause::Start | Cause::Hook(_) | Cause::Tick(_) => false,
        };
        self.queue.iter().filter(is_bounded).count()
    }

    /// Whether what is pushed for `client` (everybody if `None`) takes one of the bounded places.
    pub(crate) fn takes_place(&self, client: Option<ClientId>, may_merge: bool) -> bool {
        !may_merge || (client.is_none() && self.waiting_push(None).is_none())
    }

    /// Whether one more command for `prop` of `client` may wait.
    pub(crate) fn has_room(&self, client: ClientId, prop: PropNo, may_merge: bool, limit: usize) -> bool {
        self.bounded() < limit || (may_merge && self.waiting(Some(client), prop).is_some())
    }

    /// Whether `callback` is at one of these `runs`, or is to be because of a command or a push; of `client` only, if given.
    /// `starts` tells whether a property starts it.
    pub(crate) fn works_on(
        &self,
        callback: CallbackNo,
        runs: &[(usize, RowNo)],
        client: Option<ClientId>,
        starts: impl Fn(PropNo) -> bool,
    ) -> bool {
        let is_of = |other: Option<ClientId>| client.is_none() || client == other;
        let runs = |turn: &Turn| {
            let now = turn.running.as_ref().filter(|running| running.callback == callback);
            runs.iter().any(|run| now.is_some_and(|now| now.row == run.1) || turn.pending.contains(run))
        };
        let waits = |item: &Item| match &item.cause {
            Cause::Command { prop, cancelled, .. } => starts(*prop) && !cancelled.contains(&callback),
            Cause::Push { values, cancelled, .. } => {
                values.keys().any(|prop| starts(*prop)) && !cancelled.contains(&callback)
            }
            Cause::Seen(_) | Cause::Start | Cause::Hook(_) | Cause::Tick(_) => false,
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
        client: Option<ClientId>,
        starts: impl Fn(PropNo) -> bool,
    ) -> Option<Task> {
        let is_of = |other: Option<ClientId>| client.is_none() || client == other;
        for item in self.queue.iter_mut().filter(|item| is_of(item.client)) {
            match &mut item.cause {
                Cause::Command { prop, cancelled, .. } if starts(*prop) => _ = cancelled.insert(callback),
                Cause::Push { values, may_merge: false, cancelled, .. } if values.keys().any(|prop| starts(*prop)) => {
                    cancelled.insert(callback);
                }
                _ => {}
            }
        }
        let turn = self.turn.as_mut().filter(|turn| is_of(turn.client))?;
        // What is of rows cannot be cancelled.
        if turn.pending.remove(&(place, 0)) {
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
        self.queue.retain(|item| item.client != Some(client) || matches!(item.cause, Cause::Command { .. }));
    }

    pub(crate) fn is_idle(&self) -> bool {
        self.turn.is_none() && self.queue.is_empty()
    }
}
