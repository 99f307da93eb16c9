//! Turns: an item is taken from a queue, and its runs are handed out one after the other.

use std::time::Duration;

use litemap::LiteMap;

use super::{
    Engine,
    effects::{Effects, Job},
    item::{Cause, Changed, Changes, Content, Hook, Item, TakesEffect},
    lane::LaneId,
    plan::CallbackPlan,
    turn::{Running, Turn, Unsent},
};
use crate::{
    callback::{spec::Scope, trigger::Occasion},
    numbers::{PropNo, RowNo},
    prop::Kind,
};

impl Engine {
    /// Begins turns in a lane until one has a run in progress, or the queue is empty.
    pub(super) fn run(&mut self, now: Duration, id: LaneId, fx: &mut Effects) {
        self.run_lane(now, id, fx);
        self.run_ready(now, fx);
    }

    /// Goes on with the queues that have waited for another page of their login.
    pub(super) fn run_ready(&mut self, now: Duration, fx: &mut Effects) {
        while let Some(id) = self.next_ready() {
            self.run_lane(now, id, fx);
        }
    }

    fn run_lane(&mut self, now: Duration, id: LaneId, fx: &mut Effects) {
        while self.may_begin(id)
            && let Some(item) = self.scheduler.next(id)
        {
            let Some(item) = self.in_time(now, id, item, fx) else { continue };
            self.begin(now, id, item, fx);
            self.advance(now, id, fx);
        }
        self.turn_is_over(id);
    }

    /// Begins a turn: updates the lane's view with the values of the item, and collects the runs that they start.
    fn begin(&mut self, now: Duration, id: LaneId, item: Item, fx: &mut Effects) {
        let Item { client, ticket, cause } = item;
        // The shared callbacks of a client's item run for that client too.
        let mut turn = Turn::new(client.or(ticket.map(|ticket| ticket.client)), ticket);
        let mut values = LiteMap::new();
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
                // A client that connects or disconnects starts shared and private callbacks in one turn. A change of
                // the table starts one turn for the shared callbacks, and one per client for the private ones.
                let starts = |callback: &CallbackPlan| {
                    callback.has(hook) && (hook != Hook::Clients || callback.shared() == client.is_none())
                };
                turn.pending.extend(self.runs_in(id, starts));
            }
            Cause::Quality(starts) => self.begin_rated(&mut turn, starts),
            Cause::Tick(source) => {
                turn.occasion = Occasion::Clock;
                turn.pending.insert((self.plan.callbacks[source].place, RowNo::NONE));
            }
        }
        if turn.unsent > Unsent::Nothing {
            self.clock.publish_by(id, now + self.limits.frame);
        }
        // The turn is stored before anything can queue in this lane again.
        if let Some(lane) = self.scheduler.lane_mut(id) {
            lane.turn = Some(turn);
        }
        if !values.is_empty() {
            self.take_effect(now, id, client, ticket, values, fx);
        }
    }

    /// Begins a turn with changes. Returns the changes of properties that exist: a row may have been removed while they
    /// waited.
    fn begin_changes(&mut self, id: LaneId, turn: &mut Turn, changes: Changes) -> LiteMap<PropNo, Changed> {
        let Changes { scopes, mut values, new_rows, cancelled, dropped, releases, .. } = changes;
        (turn.failure, turn.releases) = (dropped, releases);
        if turn.ticket.is_some() {
            let gone =
                values.iter().find(|(prop, changed)| !self.has(**prop) && !self.still_counts(**prop, &changed.content));
            let gone = gone.map(|(prop, _)| prop);
            let gone = gone.map(|prop| format!("{} does not exist any more", self.plan.prop(*prop).name()));
            turn.failure = turn.failure.take().or(gone);
        }
        values.retain(|prop, changed| self.has(*prop) || self.still_counts(*prop, &changed.content));
        for (&prop, Changed { content, effect }) in &values {
            let private = self.plan.prop(prop).private;
            turn.changed.insert(prop);
            let whom = match content {
                Content::Value(value) if self.plan.prop(prop).info.kind == Kind::Event => {
                    turn.events.insert(prop, value.clone());
                    // Only the sender needs to know that its event is in effect.
                    Unsent::Own
                }
                Content::Value(value) => {
                    // A shared lane has an order of its own. A private value of one client must not enter its view.
                    let for_all = scopes.covers(Scope::Shared);
                    if for_all || self.plan.islands[id.island].per_client || self.has_own(prop) {
                        self.update_view(id, turn.client, prop, value);
                    }
                    if for_all && !private { Unsent::Shared } else { Unsent::Own }
                }
                // The view gets the edited value from the store, once the edit has taken effect.
                Content::Edit(_) if scopes.covers(Scope::Shared) => Unsent::Shared,
                Content::Edit(_) => Unsent::Own,
            };
            if *effect != TakesEffect::ViewOnly {
                turn.unsent = turn.unsent.max(whom);
            }
            let started = self.plan.prop(prop).starts.iter().map(|callback| &self.plan.callbacks[*callback]);
            let started = started.filter(|other| other.island == id.island && scopes.covers(other.def.spec.scope));
            turn.pending.extend(started.flat_map(|callback| self.runs(callback, prop)));
        }
        let of_rows = |callback: &CallbackPlan| {
            scopes.covers(callback.def.spec.scope) && callback.list.is_some() && callback.initial
        };
        if !new_rows.is_empty() {
            turn.pending.extend(self.runs_in(id, of_rows).into_iter().filter(|(_, row)| new_rows.contains(row)));
            if values.is_empty() {
                turn.occasion = Occasion::Start;
            }
        }
        for &callback in cancelled.keys() {
            let place = self.plan.callbacks[callback].place;
            turn.pending.retain(|(other, _)| *other != place);
        }
        turn.cancelled = cancelled;
        values
    }

    /// The runs of the callbacks in a lane's island that `starts` selects.
    fn runs_in(&self, id: LaneId, starts: impl Fn(&CallbackPlan) -> bool) -> Vec<(usize, RowNo)> {
        let island = self.plan.islands[id.island].callbacks.iter().map(|callback| &self.plan.callbacks[*callback]);
        island.filter(|callback| starts(callback)).flat_map(|callback| self.all_runs(callback)).collect()
    }

    /// Hands out the next run of the turn, or ends the turn.
    pub(super) fn advance(&mut self, now: Duration, id: LaneId, fx: &mut Effects) {
        loop {
            let Some(turn) = self.scheduler.turn_mut(id) else { return };
            let Some((place, row)) = turn.pending.pop_first() else { break };
            let callback = self.plan.islands[id.island].callbacks[place];
            // The only place where callbacks are handed out. In a replay, nothing may touch a device.
            if !self.plan.may_run(callback) {
                continue;
            }
            if let Some(call) = self.call_for(id, callback, row) {
                let number = self.scheduler.next_run();
                if let Some(turn) = self.scheduler.turn_mut(id) {
                    let task = call.task.clone();
                    turn.running =
                        Some(Running { callback, row, number, task, cancelled_by: None, due: None, overdue: None });
                }
                self.watch_run(now, id);
                self.keep_under_way(now, id);
                self.apply_guards(now, id, callback, fx);
                let def = &self.plan.callbacks[callback].def;
                let brings = !def.spec.progress.is_empty();
                fx.run.push(Job { lane: id, callback, number, brings, name: def.spec.name, body: def.body, call });
                return;
            }
        }
        self.end(now, id, fx);
    }
}
