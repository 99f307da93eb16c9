//! Taking turns: from what waits in a queue to the runs that it starts, one after the other.

use std::time::Duration;

use litemap::LiteMap;

use super::{
    Engine,
    effects::{Effects, Job},
    item::{Cause, Changed, Changes, Effect, Hook, Item, What},
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
    fn begin_changes(&mut self, id: LaneId, turn: &mut Turn, changes: Changes) -> LiteMap<PropNo, Changed> {
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
    pub(super) fn advance(&mut self, now: Duration, id: LaneId, fx: &mut Effects) {
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
}
