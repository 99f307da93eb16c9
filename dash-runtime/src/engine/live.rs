//! What a callback writes while it runs, and what is seen of it at once.

use std::{sync::Arc, time::Duration};

use super::{
    Engine,
    effects::Effects,
    lane::LaneId,
    needs::{Changeset, Untaken},
    reading::newest,
    route::Props,
    store::Change,
    turn::Running,
};
use crate::{
    callback::{call::Write, spec::Scope},
    client::ClientId,
    failure::{Failure, Report},
    handle::Whom,
    numbers::{CallbackNo, PropNo, RowNo},
    value::Value,
};
impl Engine {
    /// The value of a property as `client` sees it, or as everybody does.
    pub(super) fn now(&self, client: Option<ClientId>, prop: PropNo) -> Option<&Value> {
        match client {
            Some(client) => self.seen_by(client, prop).value(),
            None => self.truth.store.value(prop),
        }
    }

    /// A callback is about to run: what it guards has the other value from now on.
    pub(super) fn hold(&mut self, now: Duration, id: LaneId, callback: CallbackNo, fx: &mut Effects) {
        let wiring = &self.plan.callbacks[callback];
        if wiring.guards.is_empty() {
            return;
        }
        let client = self.whose(id, callback);
        let row = self.scheduler.running(id).map_or(RowNo::NONE, |running| running.row);
        let guards = wiring.guards.iter().map(|(prop, value)| (self.plan.own(wiring, *prop, row), value.clone()));
        let guards: Vec<_> = guards.filter(|(prop, _)| self.has(*prop)).collect();
        let before = guards.iter().filter_map(|(prop, _)| Some((*prop, self.now(client, *prop)?.clone())));
        let before: Vec<_> = before.collect();
        if let Some(turn) = self.scheduler.turn_mut(id) {
            turn.held = before;
        }
        self.write_live(now, id, callback, guards, None, fx);
    }

    /// It ran: what it guarded is what it was, together with what it wrote. What somebody else has set meanwhile stays.
    pub(super) fn let_go(&mut self, id: LaneId, callback: CallbackNo) {
        let client = self.whose(id, callback);
        let Some(turn) = self.scheduler.turn_mut(id) else { return };
        let held = std::mem::take(&mut turn.held);
        let wiring = &self.plan.callbacks[callback];
        let shared = wiring.shared();
        let back: Vec<(PropNo, Write)> = held
            .into_iter()
            .zip(&wiring.guards)
            .filter(|((prop, _), (_, value))| self.now(client, *prop).is_some_and(|now| now.json() == value.json()))
            .map(|((prop, before), _)| (prop, Write::Set(before)))
            .collect();
        // A piece of the page that somebody else has placed meanwhile cannot come back here: then what was guarded stays.
        let Ok(placing) = self.placing(wiring.def.spec.scope, client, &back) else { return };
        let [for_all, for_one] = self.placed(client, placing);
        if let Some(turn) = self.scheduler.turn_mut(id) {
            turn.stage(shared, back.into_iter().map(|(prop, write)| (prop, Change::Write(write))));
            turn.stage(true, for_all);
            turn.stage(false, for_one);
        }
    }

    /// A run that goes on has set a property. After its end it is too late for that.
    ///
    /// # Errors
    /// When something has to be done before that can be taken: nothing has happened yet.
    pub(crate) fn progress(
        &mut self,
        now: Duration,
        id: LaneId,
        run: u64,
        mut changes: Changeset,
        fx: &mut Effects,
    ) -> Result<(), Box<Untaken>> {
        let running = self.scheduler.running(id);
        let Some(&Running { callback, row, .. }) = running.filter(|running| running.number == run) else {
            return Ok(());
        };
        let wiring = &self.plan.callbacks[callback];
        if let Some(needs) = self.needs(&changes, |key| self.number_for(wiring, key, row), |_| None) {
            return Err(Box::new(Untaken { changes, needs }));
        }
        let base = wiring.def.spec.base;
        let prepared = self.prepare_rows(&mut changes, base);
        let wiring = &self.plan.callbacks[callback];
        let writes = changes.writes.into_iter().filter_map(|(key, write)| {
            let Write::Set(value) = write else { return None };
            Some((self.number_for(wiring, &key, row)?, value))
        });
        let writes: Vec<_> = writes.collect();
        self.write_live(now, id, callback, writes, prepared.err(), fx);
        Ok(())
    }

    /// A callback is to end: all that was asked of it, if it is shared, else what `client` or, without one, any client
    /// asked for.
    pub(super) fn cancel(&mut self, callback: CallbackNo, client: Option<ClientId>, fx: &mut Effects) {
        let Self { plan, scheduler, roster, .. } = self;
        let wiring = &plan.callbacks[callback];
        let scope = wiring.def.spec.scope;
        let clients: Vec<Option<ClientId>> = match (scope, client) {
            (Scope::Shared, _) => vec![None],
            (Scope::Private, Some(client)) => vec![Some(client)],
            (Scope::Private, None) => roster.ids().map(Some).collect(),
        };
        for client in clients {
            let island = wiring.island;
            let lane = LaneId { island, client: client.filter(|_| plan.islands[island].per_client) };
            let starts = |prop: PropNo| plan.prop(prop).starts.contains(&callback);
            let lane = scheduler.lane_mut(lane);
            fx.cancel.extend(lane.and_then(|lane| lane.cancel(callback, wiring.place, scope, client, starts)));
        }
    }

    /// The program ends: what can be cancelled is not waited for.
    pub(crate) fn cancel_all(&mut self, fx: &mut Effects) {
        fx.cancel.extend(self.scheduler.running_tasks());
    }

    /// The value of a property as it is, whatever the place of the lane in the order of events.
    pub(super) fn read_now(&self, id: LaneId, client: Option<ClientId>, prop: PropNo) -> Option<Value> {
        let private = self.plan.prop(prop).private;
        let turn = self.scheduler.turn(id)?;
        // What the turn wrote itself comes first.
        let staged = newest(if private { &turn.own_staged } else { &turn.staged }, prop).cloned();
        staged.or_else(|| self.now(client.filter(|_| private), prop).cloned())
    }

    /// Writes of a run that goes on: seen at once, at a revision of their own; or why they cannot be.
    fn write_live(
        &mut self,
        now: Duration,
        id: LaneId,
        callback: CallbackNo,
        values: Vec<(PropNo, Value)>,
        fault: Option<String>,
        fx: &mut Effects,
    ) {
        let client = self.whose(id, callback);
        let writes: Vec<(PropNo, Write)> = values.into_iter().map(|(prop, value)| (prop, Write::Set(value))).collect();
        let scope = self.plan.callbacks[callback].def.spec.scope;
        let (changes, [for_all, for_one]) = match fault.map_or_else(|| self.placing(scope, client, &writes), Err) {
            Ok(placing) => (self.set_live(client, writes), self.placed(client, placing)),
            Err(why) => (self.cannot_show(id, callback, &writes, &why, fx), Default::default()),
        };
        let [placed_for_all, placed_for_one] = [&for_all, &for_one].map(|changes| numbers(changes));
        match client {
            Some(client) => {
                if !for_all.is_empty() {
                    let rev = self.truth.store.commit(for_all);
                    self.announce(now, Whom::All, placed_for_all, rev, fx);
                    fx.wake_all();
                }
                let rev = self.commit_own(client, changes.into_iter().chain(for_one));
                self.announce(now, Whom::One(client), placed_for_one, rev, fx);
                fx.wake_client(client);
            }
            None => {
                let changed = numbers(&changes);
                let rev = self.commit(changes.into_iter().chain(for_all).collect());
                self.show_all(now, &changed, fx);
                self.announce(now, Whom::All, placed_for_all, rev, fx);
                self.greet_rows(now, fx);
                fx.wake_all();
            }
        }
    }

    /// These values, which are good even where the last one could not be shown.
    fn set_live(&self, client: Option<ClientId>, writes: Vec<(PropNo, Write)>) -> Vec<(PropNo, Change)> {
        let was_bad: Vec<PropNo> =
            writes.iter().map(|(prop, _)| *prop).filter(|prop| self.quality_now(client, *prop).is_some()).collect();
        let well = was_bad.into_iter().map(|prop| (prop, Change::Quality(None)));
        writes.into_iter().map(|(prop, write)| (prop, Change::Write(write))).chain(well).collect()
    }

    /// A run has set what the page cannot show: everything stays as it is, and is marked. The run goes on, and will have
    /// failed.
    fn cannot_show(
        &mut self,
        id: LaneId,
        callback: CallbackNo,
        writes: &[(PropNo, Write)],
        why: &str,
        fx: &mut Effects,
    ) -> Vec<(PropNo, Change)> {
        let asked = self.scheduler.turn(id).and_then(|turn| turn.client);
        let asked = asked.and_then(|client| self.roster.get(client)).map(|session| session.client.clone());
        let text = format!("what it set cannot be shown: {why}");
        let wiring = &self.plan.callbacks[callback];
        let failure = Failure::new(wiring.def.spec.name, text, false, asked);
        let why = failure.to_string();
        let client = self.whose(id, callback);
        let changed = writes.iter().map(|(prop, _)| *prop);
        let changes: Vec<_> = changed
            .filter(|prop| self.quality_now(client, *prop) != Some(&why))
            .map(|prop| (prop, Change::Quality(Some(Arc::from(&*why)))))
            .collect();
        // Not once for each time that it tries.
        if !changes.is_empty() {
            fx.failed.push(Report { hook: wiring.on_error, failure });
        }
        if let Some(turn) = self.scheduler.turn_mut(id) {
            turn.failure.get_or_insert(why);
        }
        changes
    }

    /// Why the property is bad for `client`, or for everybody, if it is.
    fn quality_now(&self, client: Option<ClientId>, prop: PropNo) -> Option<&str> {
        client.map_or_else(|| self.truth.store.slot(prop), |client| self.seen_by(client, prop)).bad()
    }

    /// The client that alone sees what the running callback writes; `None` for a shared one.
    pub(super) fn whose(&self, id: LaneId, callback: CallbackNo) -> Option<ClientId> {
        self.scheduler.turn(id).and_then(|turn| turn.client).filter(|_| !self.plan.callbacks[callback].shared())
    }
}

fn numbers(changes: &[(PropNo, Change)]) -> Props {
    changes.iter().map(|(prop, _)| (*prop, ())).collect()
}
