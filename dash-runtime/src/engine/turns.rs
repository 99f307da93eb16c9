//! Taking turns: from an item of a lane to the runs it starts, to one revision with all that they wrote.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
    mem,
    sync::Arc,
    time::Duration,
};

use super::{
    Engine,
    commands::Done,
    effects::{Effects, Job},
    lane::{Cause, Changed, Changes, Effect, Hook, Item, LaneId, Running, Turn, Unsent, What},
    needs::{Changeset, Needs},
    places::Placing,
    plan::{CallbackPlan, Plan},
    store::Change,
};
use crate::{
    callback::{
        call::{Call, Write},
        spec::Scope,
        task::Task,
        trigger::{Occasion, Trigger},
    },
    client::ClientId,
    failure::{Failure, Report},
    handle::Whom,
    numbers::{CallbackNo, PropNo, RowNo},
    place::Place,
    prop::{Kind, Port, Which},
    value::Value,
};
/// A run that is over.
pub(crate) struct Finished {
    lane: LaneId,
    callback: CallbackNo,
    /// With what was lent.
    call: Call,
    /// What it wrote.
    pub(crate) changes: Changeset,
    /// What the panic said, if there was one.
    panic: Option<String>,
}

/// A run that is over, but cannot be taken yet.
pub(crate) struct Unfinished {
    pub(crate) done: Finished,
    pub(crate) needs: Needs,
}

impl Finished {
    pub(crate) fn new(lane: LaneId, callback: CallbackNo, mut call: Call, panic: Option<String>) -> Self {
        let changes = Changeset::new(mem::take(&mut call.writes));
        Self { lane, callback, call, changes, panic }
    }

    /// Brings the run to an engine: `take` lets that take it, and `plan` is the engine's.
    pub(crate) fn bring(self, plan: &Plan, mut take: impl FnMut(Self) -> Result<(), Box<Unfinished>>) {
        let mut next = self;
        while let Err(unfinished) = take(next) {
            let Unfinished { mut done, needs } = *unfinished;
            done.changes.meet(needs, plan);
            next = done;
        }
    }
}

impl Engine {
    /// A run is over.
    ///
    /// # Errors
    /// When something has to be done before that can be taken: nothing has happened yet.
    pub(crate) fn finished(&mut self, now: Duration, done: Finished, fx: &mut Effects) -> Result<(), Box<Unfinished>> {
        if let Some(needs) = self.needs_of(&done) {
            return Err(Box::new(Unfinished { done, needs }));
        }
        let Finished { lane, callback, mut call, changes, panic } = done;
        let seen = self.take_back(lane, callback, &mut call);
        let row = self
            .lane(lane)
            .turn
            .as_ref()
            .and_then(|turn| turn.running.as_ref())
            .map_or(RowNo::NONE, |running| running.row);
        let panicked = panic.is_some();
        let cancelled = call.task.as_ref().is_some_and(Task::is_cancelled);
        let client = self.whose(lane, callback);
        let done = match panic.or_else(|| call.failure.take().filter(|_| !cancelled)) {
            Some(text) => Err(text),
            None => self.check_writes(lane, callback, row, changes),
        };
        let name = self.plan.callbacks[callback].def.spec.name;
        let done = done.map_err(|text| Failure::new(name, text, panicked, call.client.take()));
        self.counts.runs += 1;
        let Some(turn) = self.scheduler.turn_mut(lane) else { return Ok(()) };
        turn.running = None;
        if cancelled {
            turn.cancelled.insert(callback);
        }
        match done {
            Err(failure) => {
                self.counts.failures += 1;
                let why = failure.to_string();
                fx.failed.push(Report { hook: self.plan.callbacks[callback].on_error, failure });
                self.mark(lane, callback, row, Some(&why));
                if let Some(turn) = self.scheduler.turn_mut(lane) {
                    turn.failure.get_or_insert(why);
                }
            }
            // A run that was cancelled and wrote nothing says nothing about what was written before.
            Ok((writes, _)) if cancelled && writes.is_empty() => {}
            Ok((writes, placing)) => {
                self.mark(lane, callback, row, None);
                for (prop, write) in writes {
                    self.stage(lane, callback, prop, write);
                }
                let [for_all, for_one] = self.placed(client, placing);
                if let Some(turn) = self.scheduler.turn_mut(lane) {
                    turn.stage(true, for_all);
                    turn.stage(false, for_one);
                }
            }
        }
        self.let_go(lane, callback);
        let news = self.scheduler.turn(lane).is_some_and(|turn| turn.unsent > Unsent::Nothing);
        if news {
            self.clock.send_by(lane, now + self.limits.frame);
        }
        self.advance(now, lane, fx);
        self.run(now, lane, fx);
        if seen {
            self.table_changed(now, fx);
        }
        Ok(())
    }

    /// What has to be done before a run can be taken. What has failed writes nothing.
    fn needs_of(&self, done: &Finished) -> Option<Needs> {
        let Finished { lane, callback, call, changes, panic } = done;
        if panic.is_some() || call.failure.is_some() {
            return None;
        }
        let row = self.scheduler.running(*lane)?.row;
        let wiring = &self.plan.callbacks[*callback];
        self.needs(changes, |key| self.number_for(wiring, key, row), |prop| self.edited(*lane, prop))
    }

    /// What a run wrote, by number, and what comes of the pieces of the page among it. What is in a row that is not there is
    /// left out: it may have gone while the run went on.
    ///
    /// # Errors
    /// Why nothing of it can be written.
    fn check_writes(
        &mut self,
        lane: LaneId,
        callback: CallbackNo,
        row: RowNo,
        mut changes: Changeset,
    ) -> Result<(Vec<(PropNo, Write)>, Placing), String> {
        let client = self.whose(lane, callback);
        let spec = self.plan.callbacks[callback].def.spec;
        let lists: Vec<_> =
            changes.writes.iter().map(|(key, write)| (self.plan.number(&spec.key(key)), write)).collect();
        // Rows that come with these writes are written to by them, too.
        let new = self.prepare_rows(lists.into_iter(), &mut changes.rows)?;
        let wiring = &self.plan.callbacks[callback];
        let numbered =
            changes.writes.into_iter().filter_map(|(key, write)| Some((self.number_for(wiring, &key, row)?, write)));
        let mut writes: Vec<_> = numbered.collect();
        let placing = self.try_edits(lane, &mut writes).and_then(|()| {
            let placing = self.placing(spec.scope, client, &writes);
            placing.map_err(|why| format!("what it returned cannot be shown: {why}"))
        });
        if placing.is_err() {
            self.forget_prepared(&new);
        }
        Ok((writes, placing?))
    }

    /// What was lent is back. Whether the table of clients shows that.
    fn take_back(&mut self, lane: LaneId, callback: CallbackNo, call: &mut Call) -> bool {
        if let (Some(device), Some(part)) = (call.device.take(), self.plan.callbacks[callback].part) {
            self.scheduler.give_back(part, device);
        }
        let Some(turn) = self.scheduler.turn(lane) else { return false };
        // Who only looks at the table would otherwise look again, for ever.
        let (client, looked) = (turn.client, turn.hook == Some(Hook::Clients));
        match (client, call.session.take()) {
            (Some(id), Some(data)) => self.session_is_back(id, data) && !looked,
            _ => false,
        }
    }

    /// What a run for this row writes, in all the rows that it may write.
    fn outputs_of<'a>(&self, wiring: &'a CallbackPlan, row: RowNo) -> Cow<'a, [PropNo]> {
        if self.plan.lists.is_empty() {
            return Cow::Borrowed(&wiring.outputs);
        }
        let outputs = wiring.def.spec.outputs.iter().zip(&wiring.outputs).flat_map(|(port, prop)| match port.rows {
            Which::One => vec![*prop],
            Which::Own => vec![self.plan.in_row(*prop, row)],
            Which::All => self.truth.store.each(&self.plan, *prop),
        });
        outputs.filter(|prop| self.has(*prop)).collect()
    }

    /// The outputs of a callback that failed are bad from now on, until it succeeds: for everybody, or for the client
    /// whose they are. An outcome alone would not do, for a run that nobody's command started has none.
    fn mark(&mut self, lane: LaneId, callback: CallbackNo, row: RowNo, why: Option<&str>) {
        let wiring = &self.plan.callbacks[callback];
        let outputs = self.outputs_of(wiring, row);
        let client = self.scheduler.turn(lane).and_then(|turn| turn.client);
        let is_now = |prop: PropNo| match client.filter(|_| !wiring.shared()) {
            Some(client) => self.seen_by(client, prop).bad(),
            None => self.truth.store.slot(prop).bad(),
        };
        let changes: Vec<_> = outputs
            .iter()
            .filter(|prop| is_now(**prop) != why)
            .map(|prop| (*prop, Change::Quality(why.map(Arc::from))))
            .collect();
        let shared = wiring.shared();
        if let (false, Some(turn)) = (changes.is_empty(), self.scheduler.turn_mut(lane)) {
            turn.stage(shared, changes);
        }
    }

    /// Edits are tried before anything of the run is written: one that does not fit is the callback's failure.
    fn try_edits(&self, id: LaneId, writes: &mut [(PropNo, Write)]) -> Result<(), String> {
        for (prop, write) in writes {
            let Write::Edit(patch) = write else { continue };
            let tried = match self.edited(id, *prop) {
                Some(value) => patch.try_on(&value).map(|_| ()),
                None => Err("there is nothing to edit".to_owned()),
            };
            tried.map_err(|why| format!("{}: {why}", self.plan.prop(*prop).name()))?;
        }
        Ok(())
    }

    /// What an edit of this turn is an edit of: the value as the turn sees it, or, if nothing in this lane reads it, what
    /// everybody sees.
    fn edited(&self, id: LaneId, prop: PropNo) -> Option<Value> {
        let client = self.scheduler.turn(id)?.client;
        let wiring = &self.plan.prop(prop);
        if !wiring.private || wiring.private_islands.contains(&id.island) {
            return self.read(id, client, prop);
        }
        let turn = self.scheduler.turn(id)?;
        let staged = newest(&turn.own_staged, prop).cloned();
        staged.or_else(|| self.seen_by(client?, prop).value().cloned())
    }

    /// A write of a run: seen by the rest of the turn at once, by everybody else at the turn's end.
    fn stage(&mut self, id: LaneId, callback: CallbackNo, prop: PropNo, write: Write) {
        let client = self.scheduler.turn(id).and_then(|turn| turn.client);
        if let Some(value) = write.state() {
            self.see(id, client, prop, value);
        }
        let plan = &self.plan;
        let wiring = &plan.callbacks[callback];
        let started = plan.prop(prop).starts.iter().map(|callback| &plan.callbacks[*callback]);
        let started = started.filter(|other| other.island == wiring.island && other.shared() == wiring.shared());
        let starting: Vec<_> = started.flat_map(|other| self.runs(other, prop)).collect();
        let Some(turn) = self.scheduler.turn_mut(id) else { return };
        turn.stage(wiring.shared(), [(prop, Change::Write(write))]);
        turn.changed.insert(prop);
        turn.pending.extend(starting);
    }

    /// From here on, callbacks in this lane read this value.
    pub(super) fn see(&mut self, id: LaneId, client: Option<ClientId>, prop: PropNo, value: &Value) {
        if !self.plan.prop(prop).private
            && let Some(seen) = self.scheduler.lane_mut(id).and_then(|lane| lane.view.get_mut(&prop))
        {
            *seen = value.clone();
        }
        let session = client.filter(|_| self.has_own(prop)).and_then(|client| self.roster.get_mut(client));
        if let Some(session) = session {
            session.views.insert((id.island, prop), value.clone());
        }
    }

    /// Starts the next item of a lane, if nothing runs there.
    pub(super) fn run(&mut self, now: Duration, id: LaneId, fx: &mut Effects) {
        while let Some(item) = self.scheduler.next(id) {
            self.begin(now, id, item, fx);
            self.advance(now, id, fx);
        }
    }

    /// A turn begins: what it is told is seen in its lane, and the callbacks that this starts are to run.
    fn begin(&mut self, now: Duration, id: LaneId, item: Item, fx: &mut Effects) {
        let Item { client, ticket, cause } = item;
        // What belongs to somebody is done on their behalf, also what is done for all.
        let mut turn = Turn::new(client.or(ticket.map(|ticket| ticket.client)), ticket);
        let mut values = BTreeMap::new();
        match cause {
            Cause::Changes(changes) => values = self.begin_changes(id, &mut turn, changes),
            Cause::Start => {
                turn.occasion = Occasion::Start;
                let starts = |callback: &CallbackPlan| {
                    let ticks = callback.every.is_some() && !callback.watched();
                    callback.shared() == client.is_none() && (callback.initial || ticks)
                };
                turn.pending.extend(self.runs_in(id, starts));
            }
            Cause::Hook(hook) => {
                turn.hook = Some(hook);
                turn.occasion = hook.into();
                // Who comes or goes starts both kinds of callbacks in one turn. The table is looked at once for all, and
                // once for each client.
                let starts = |callback: &CallbackPlan| {
                    callback.has(hook) && (hook != Hook::Clients || callback.shared() == client.is_none())
                };
                turn.pending.extend(self.runs_in(id, starts));
            }
            Cause::Tick(source) => {
                turn.occasion = Occasion::Clock;
                turn.pending.insert((self.plan.callbacks[source].place, RowNo::NONE));
            }
        }
        if turn.unsent > Unsent::Nothing {
            self.clock.send_by(id, now + self.limits.frame);
        }
        // In its place before anything that may queue for this lane again.
        if let Some(lane) = self.scheduler.lane_mut(id) {
            lane.turn = Some(turn);
        }
        if !values.is_empty() {
            self.take_effect(now, id, client, ticket, values, fx);
        }
    }

    /// What a turn about changes begins with. Gives those of them that are there: a row may have gone while they waited.
    fn begin_changes(&mut self, id: LaneId, turn: &mut Turn, changes: Changes) -> BTreeMap<PropNo, Changed> {
        let Changes { starts, mut values, born, cancelled, .. } = changes;
        if turn.ticket.is_some() {
            let gone = values.keys().find(|prop| !self.has(**prop));
            turn.failure = gone.map(|prop| format!("{} is gone", self.plan.prop(*prop).name()));
        }
        values.retain(|prop, _| self.has(*prop));
        for (&prop, Changed { what, effect }) in &values {
            let private = self.plan.prop(prop).private;
            turn.changed.insert(prop);
            let whom = match what {
                What::Value(value) if self.plan.prop(prop).info.kind == Kind::Event => {
                    turn.events.insert(prop, value.clone());
                    // That it is in effect is for its sender to know.
                    Unsent::Own
                }
                What::Value(value) => {
                    // A lane that all share has its own order, in which what one client is shown has no place.
                    let for_all = starts.covers(Scope::Shared);
                    if for_all || self.plan.islands[id.island].per_client || self.has_own(prop) {
                        self.see(id, turn.client, prop, value);
                    }
                    if for_all && !private { Unsent::Shared } else { Unsent::Own }
                }
                // It is seen in the value that is found in the store, once it has taken effect.
                What::Edit(_) if starts.covers(Scope::Shared) => Unsent::Shared,
                What::Edit(_) => Unsent::Own,
            };
            if *effect != Effect::Shown {
                turn.unsent = turn.unsent.max(whom);
            }
            let started = self.plan.prop(prop).starts.iter().map(|callback| &self.plan.callbacks[*callback]);
            let started = started.filter(|other| other.island == id.island && starts.covers(other.def.spec.scope));
            turn.pending.extend(started.flat_map(|callback| self.runs(callback, prop)));
        }
        let of_rows = |callback: &CallbackPlan| {
            starts.covers(callback.def.spec.scope) && callback.list.is_some() && callback.initial
        };
        if !born.is_empty() {
            turn.pending.extend(self.runs_in(id, of_rows).into_iter().filter(|(_, row)| born.contains(row)));
            if values.is_empty() {
                turn.occasion = Occasion::Start;
            }
        }
        for &callback in &cancelled {
            turn.pending.remove(&(self.plan.callbacks[callback].place, RowNo::NONE));
        }
        turn.cancelled = cancelled;
        values
    }

    /// The runs of those callbacks in a lane's island that `starts` picks.
    fn runs_in(&self, id: LaneId, starts: impl Fn(&CallbackPlan) -> bool) -> Vec<(usize, RowNo)> {
        let island = self.plan.islands[id.island].callbacks.iter().map(|callback| &self.plan.callbacks[*callback]);
        island.filter(|callback| starts(callback)).flat_map(|callback| self.all_runs(callback)).collect()
    }

    /// Hands out the next run of the turn, or ends it.
    fn advance(&mut self, now: Duration, id: LaneId, fx: &mut Effects) {
        loop {
            let Some(turn) = self.scheduler.turn_mut(id) else { return };
            let Some((place, row)) = turn.pending.pop_first() else { break };
            let callback = self.plan.islands[id.island].callbacks[place];
            if let Some(call) = self.fill(id, callback, row) {
                let number = self.scheduler.next_run();
                if let Some(turn) = self.scheduler.turn_mut(id) {
                    turn.running = Some(Running { callback, row, number, task: call.task.clone() });
                }
                self.hold(now, id, callback, fx);
                let def = &self.plan.callbacks[callback].def;
                let brings = !def.spec.progress.is_empty();
                fx.run.push(Job { lane: id, callback, number, brings, name: def.spec.name, body: def.body, call });
                return;
            }
        }
        self.end(now, id, fx);
    }

    /// What a run needs. `None` when the client or the row it is for is gone.
    fn fill(&mut self, id: LaneId, callback: CallbackNo, row: RowNo) -> Option<Call> {
        let wiring = &self.plan.callbacks[callback];
        let spec = wiring.def.spec;
        let turn = self.scheduler.turn(id)?;
        let client = turn.client;
        let session = client.and_then(|id| self.roster.get(id));
        let key = self.key_of(row).cloned();
        if (!wiring.shared() && session.is_none()) || (wiring.list.is_some() && key.is_none()) {
            return None;
        }
        let (reads, rows) = self.reads(id, client, wiring, row);
        let mut call = Call {
            key,
            client: session.map(|session| session.client.clone()),
            trigger: trigger(&self.plan, wiring, row, turn),
            place: Place::new(spec.place()),
            task: (!spec.cancels.is_empty()).then(Task::default),
            reads,
            rows,
            ..Call::default()
        };
        if let Some(part) = wiring.part {
            call.device = self.scheduler.lend(part);
        }
        if spec.session.is_some() {
            call.session = client.and_then(|id| self.lend_session(id));
        }
        Some(call)
    }

    /// What a callback reads, in the order of its ports; of those that are of all rows, each with its place in that order.
    fn reads(
        &self,
        id: LaneId,
        client: Option<ClientId>,
        wiring: &CallbackPlan,
        row: RowNo,
    ) -> (Vec<Option<Value>>, Vec<(usize, Vec<(Value, Value)>)>) {
        let spec = wiring.def.spec;
        let mut reads = Vec::with_capacity(spec.reads.len());
        let mut rows = Vec::new();
        for (at, (port, &prop)) in spec.reads.iter().zip(&wiring.reads).enumerate() {
            let now = wiring.reads_now.contains(&prop);
            let read = |prop| if now { self.read_now(id, client, prop) } else { self.read(id, client, prop) };
            reads.push(match port.rows {
                Which::One => read(prop),
                Which::Own => read(self.plan.in_row(prop, row)),
                Which::All => {
                    let all = self.rows_in(id, client, prop).into_iter();
                    let values = all.filter_map(|(key, row)| Some((key, read(self.plan.in_row(prop, row))?)));
                    rows.push((at, values.collect()));
                    None
                }
            });
        }
        (reads, rows)
    }

    /// The rows that have this cell, as of this turn.
    fn rows_in(&self, id: LaneId, client: Option<ClientId>, cell: PropNo) -> Vec<(Value, RowNo)> {
        let Some(list) = self.plan.list_of(cell) else { return Vec::new() };
        let keys = self.read(id, client, self.plan.lists[list].keys);
        keys.map(|keys| self.rows_of(list, &keys)).unwrap_or_default()
    }

    /// The value of a property as of this turn.
    fn read(&self, id: LaneId, client: Option<ClientId>, prop: PropNo) -> Option<Value> {
        let wiring = self.plan.prop(prop);
        let lane = self.scheduler.lane(id)?;
        let turn = lane.turn.as_ref()?;
        if wiring.info.kind == Kind::Event {
            return turn.events.get(&prop).cloned();
        }
        if wiring.live {
            return self.read_now(id, client, prop);
        }
        if !wiring.private
            && let Some(value) = lane.view.get(&prop)
        {
            return Some(value.clone());
        }
        // What the turn wrote itself comes before what everybody sees.
        let staged = newest(&turn.staged, prop);
        let session = client.filter(|_| self.has_own(prop)).and_then(|client| self.roster.get(client));
        let own = session.and_then(|session| session.views.get(&(id.island, prop)));
        // Of a private property the store has the starting value.
        staged.or(own).or_else(|| self.truth.store.value(prop)).cloned()
    }

    /// The turn is over: its writes become one revision, its command has its outcome.
    fn end(&mut self, now: Duration, id: LaneId, fx: &mut Effects) {
        self.publish(now, id, fx);
        let Some(turn) = self.scheduler.lane_mut(id).and_then(|lane| lane.turn.take()) else { return };
        if let Some(ticket) = turn.ticket {
            let cancelled = turn.cancelled.first();
            let cancelled = cancelled.map(|no| format!("`{}` was cancelled", self.plan.callbacks[*no].def.spec.name));
            let done = Done::Ran { rev: self.truth.store.rev(), failure: turn.failure.or(cancelled) };
            self.island_done(ticket, done);
            fx.wake_client(ticket.client);
        }
        if let (Some(hook), Some(client)) = (turn.hook, turn.client) {
            self.hook_is_done(now, id, hook, client, fx);
        }
    }

    /// What the lane's turn wrote so far goes to the store at one revision, and everybody concerned is woken.
    pub(super) fn publish(&mut self, now: Duration, id: LaneId, fx: &mut Effects) {
        self.clock.sent(id);
        let Some(turn) = self.scheduler.turn_mut(id) else { return };
        let (mut staged, mut own) = (mem::take(&mut turn.staged), mem::take(&mut turn.own_staged));
        let (unsent, client) = (mem::take(&mut turn.unsent), turn.client);
        let failure = settle_edits(&mut staged, |prop| self.truth.store.value(prop));
        let failure = failure.or(settle_edits(&mut own, |prop| self.seen_by(client?, prop).value()));
        if let (Some(why), Some(turn)) = (failure, self.scheduler.turn_mut(id)) {
            turn.failure.get_or_insert(why);
        }
        if !staged.is_empty() {
            let placed = placed(&staged);
            let changed = staged.iter().map(|(prop, _)| *prop).filter(|prop| !placed.contains(prop)).collect();
            let rev = self.commit(staged);
            self.show_all(now, &changed, fx);
            self.announce(now, Whom::All, placed, rev, fx);
            self.greet_rows(now, fx);
        }
        if unsent == Unsent::Shared {
            fx.wake_all();
        }
        let Some(client) = client else { return };
        if !own.is_empty() {
            let placed = placed(&own);
            let rev = self.commit_own(client, own);
            self.announce(now, Whom::One(client), placed, rev, fx);
        }
        if unsent == Unsent::Own {
            fx.wake_client(client);
        }
    }
}

/// The newest value of a state among changes that are not in the store yet.
pub(super) fn newest(changes: &[(PropNo, Change)], prop: PropNo) -> Option<&Value> {
    changes.iter().rev().find_map(|(other, change)| match change {
        Change::Write(write) if *other == prop => write.state(),
        _ => None,
    })
}

/// Tries the edits on the values that they will be made of. Where somebody else has changed a value since the callback
/// ran so that its edit does not fit any more, the value stays and is marked as not good; and that is the turn's failure.
fn settle_edits<'a>(changes: &mut [(PropNo, Change)], current: impl Fn(PropNo) -> Option<&'a Value>) -> Option<String> {
    let mut failure = None;
    for at in 0..changes.len() {
        let (before, rest) = changes.split_at_mut(at);
        let Some((prop, change)) = rest.first_mut() else { continue };
        let Change::Write(Write::Edit(patch)) = change else { continue };
        let Some(value) = newest(before, *prop).or_else(|| current(*prop)) else { continue };
        if let Err(why) = patch.try_on(value) {
            let why = format!("an edit does not fit any more: {why}");
            tracing::warn!("{why}");
            *change = Change::Quality(Some(why.as_str().into()));
            failure.get_or_insert(why);
        }
    }
    failure
}

/// What started this callback in the turn so far, in the callback's own words.
fn trigger(plan: &Plan, wiring: &CallbackPlan, row: RowNo, turn: &Turn) -> Trigger {
    let ports = wiring.def.spec.triggers.iter().zip(&wiring.triggers);
    let has_changed = |port: &Port, prop: PropNo| match port.rows {
        Which::One => turn.changed.contains(&prop),
        Which::Own => turn.changed.contains(&plan.in_row(prop, row)),
        Which::All => turn.changed.iter().any(|changed| plan.cell(*changed) == prop),
    };
    let fired = ports.filter(|(port, prop)| has_changed(port, **prop)).map(|(port, _)| *port);
    Trigger { fired: fired.collect(), occasion: turn.occasion }
}

/// What changed because a component was placed.
fn placed(changes: &[(PropNo, Change)]) -> BTreeSet<PropNo> {
    changes.iter().filter(|(_, change)| matches!(change, Change::Placed(_))).map(|(prop, _)| *prop).collect()
}
