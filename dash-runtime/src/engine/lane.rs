//! One queue: the turns that wait, and the one that runs.
//!
//! An island has one lane for everybody, or, if it has only private callbacks and no device, one per client. A lane
//! takes one item after the other; everything that the item starts is one turn.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::{requests::RequestNo, store::Change};
use crate::{
    callback::{spec::Scope, task::Task, trigger::Occasion},
    client::ClientId,
    edit::Patch,
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
    /// Properties changed, or events happened, whoever wanted it.
    Changes(Changes),
    /// The start: of the dashboard, or of a client.
    Start,
    /// A client has come, or has gone; or the table of clients is another one.
    Hook(Hook),
    /// A source's time has come.
    Tick(CallbackNo),
}

/// What one turn is told: the part of an [`Entry`](super::entry::Entry) that concerns its island.
#[derive(Debug, Clone)]
pub(crate) struct Changes {
    pub(crate) starts: Starts,
    pub(crate) values: BTreeMap<PropNo, Changed>,
    /// Rows that have come, whose callbacks run for them.
    pub(crate) born: Vec<RowNo>,
    pub(crate) merge: Merge,
    /// Callbacks that were cancelled before it was their turn.
    pub(crate) cancelled: BTreeSet<CallbackNo>,
}

impl Item {
    /// The start: of the dashboard, or of a client.
    pub(crate) const fn start(client: Option<ClientId>) -> Self {
        Self { client, ticket: None, cause: Cause::Start }
    }

    /// Its changes, unless they are only shown.
    fn asked(&self) -> Option<&Changes> {
        match &self.cause {
            Cause::Changes(changes) if changes.merge != Merge::View => Some(changes),
            _ => None,
        }
    }

    const fn is_view(&self) -> bool {
        matches!(&self.cause, Cause::Changes(changes) if matches!(changes.merge, Merge::View))
    }

    /// Whether it takes one of the bounded places of a queue: commands do, and changes that are for all or must not merge.
    /// What one client is shown merges.
    fn takes_place(&self) -> bool {
        self.asked().is_some_and(|changes| takes_place(self.client, self.ticket.is_some(), changes.merge))
    }

    /// Whether it is still to be done when its client is forgotten: somebody's command that all share.
    fn outlives_its_client(&self) -> bool {
        self.asked().is_some_and(|changes| self.ticket.is_some() || changes.starts.covers(Scope::Shared))
    }
}

/// Which callbacks of the island a turn starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Starts {
    Shared,
    /// Those that the item's client has for itself.
    Private,
    Both,
}

impl Starts {
    pub(crate) const fn covers(self, scope: Scope) -> bool {
        match scope {
            Scope::Shared => !matches!(self, Self::Private),
            Scope::Private => !matches!(self, Self::Shared),
        }
    }
}

/// What may happen to changes while they wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Merge {
    /// Each of them counts: events, `queue = all`, edits, requests with several values.
    Never,
    /// Newer values of the same sender take their place, at the end of the queue.
    Newest,
    /// They are only shown to private callbacks: newer ones join them where they are.
    View,
}

/// One value of a turn, or one event.
#[derive(Debug, Clone)]
pub(crate) struct Changed {
    pub(crate) what: What,
    pub(crate) effect: Effect,
}

#[derive(Debug, Clone)]
pub(crate) enum What {
    /// A value, or what an event carries.
    Value(Value),
    /// An edit of a value that a callback of the lane writes too. What came of it is in the store.
    Edit(Patch),
}

/// When a change takes effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    /// With the turn.
    AtTurn,
    /// It was in the store at this revision when it arrived.
    At(u64),
    /// The turn has no part in it: it only brings a client's view up to date.
    Shown,
}

impl Changes {
    /// A client is shown these values.
    pub(crate) fn view(values: BTreeMap<PropNo, Value>) -> Self {
        let shown = |value| Changed { what: What::Value(value), effect: Effect::Shown };
        Self {
            starts: Starts::Private,
            values: values.into_iter().map(|(prop, value)| (prop, shown(value))).collect(),
            born: Vec::new(),
            merge: Merge::View,
            cancelled: BTreeSet::new(),
        }
    }
}

/// Whether changes take one of the bounded places of a queue: see [`Item::takes_place`].
fn takes_place(client: Option<ClientId>, ticketed: bool, merge: Merge) -> bool {
    merge != Merge::View && (ticketed || client.is_none() || merge == Merge::Never)
}

/// What happens to a client, or to the table of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hook {
    Connect,
    Disconnect,
    /// The table is another one, whatever it is that changed.
    Clients,
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

impl From<Hook> for Occasion {
    fn from(hook: Hook) -> Self {
        match hook {
            Hook::Connect => Self::Connect,
            Hook::Disconnect => Self::Disconnect,
            Hook::Clients => Self::Clients,
        }
    }
}

impl Turn {
    /// A turn that nothing has happened in.
    pub(crate) const fn new(client: Option<ClientId>, ticket: Option<Ticket>) -> Self {
        Self {
            client,
            ticket,
            hook: None,
            occasion: Occasion::Change,
            changed: BTreeSet::new(),
            events: BTreeMap::new(),
            running: None,
            held: Vec::new(),
            cancelled: BTreeSet::new(),
            pending: BTreeSet::new(),
            staged: Vec::new(),
            own_staged: Vec::new(),
            unsent: Unsent::Nothing,
            failure: None,
        }
    }

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
            let props = new.values.keys().copied().collect();
            self.mergeable(item.client, item.ticket.is_some(), new.merge, &props)
        };
        let mut replaced = None;
        match found {
            // Where it is, so that there is an end to the waiting.
            Some(at) if is_view => {
                if let Cause::Changes(old) = &mut self.queue[at].cause {
                    old.values.append(&mut new.values);
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
                        new.values.entry(prop).or_insert(changed);
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
    fn mergeable(
        &self,
        client: Option<ClientId>,
        ticketed: bool,
        merge: Merge,
        props: &BTreeSet<PropNo>,
    ) -> Option<usize> {
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
            let sets_one = || old.values.keys().any(|prop| props.contains(prop));
            match (ticketed, item.ticket.is_some()) {
                _ if !same => {
                    if is_view && old.merge != Merge::View && sets_one() {
                        return None;
                    }
                }
                // Of what was cancelled nothing is to begin with a newer value.
                _ if old.merge != Merge::View && !old.cancelled.is_empty() => return None,
                (true, true) => return old.values.keys().eq(props).then_some(at),
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
                changes.values.entry(prop).or_insert(value);
            }
        }
    }

    /// How many turns wait that take one of the bounded places: [`Item::takes_place`].
    pub(crate) fn bounded(&self) -> usize {
        self.queue.iter().filter(|item| item.takes_place()).count()
    }

    /// Whether changes of these properties would take one more of the bounded places.
    pub(crate) fn needs_place(
        &self,
        client: Option<ClientId>,
        ticketed: bool,
        merge: Merge,
        props: &BTreeSet<PropNo>,
    ) -> bool {
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
    ) -> Option<Task> {
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
