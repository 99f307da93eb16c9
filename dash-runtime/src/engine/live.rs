//! Writes of a callback while it runs, and cancellation. These writes are visible at once.

use std::{collections::BTreeSet, time::Duration};

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
    reading::Quality,
    value::Value,
};

impl Engine {
    /// The current value of a property for `client`, or, without one, the shared value.
    pub(super) fn current(&self, client: Option<ClientId>, prop: PropNo) -> Option<&Value> {
        match client {
            Some(client) => self.seen_by(client, prop).value(),
            None => self.truth.store.value(prop),
        }
    }

    /// A callback is about to run. Its guarded properties get their guard values.
    pub(super) fn apply_guards(&mut self, now: Duration, id: LaneId, callback: CallbackNo, fx: &mut Effects) {
        let wiring = &self.plan.callbacks[callback];
        if wiring.guards.is_empty() {
            return;
        }
        let client = self.private_client(id, callback);
        let row = self.scheduler.running(id).map_or(RowNo::NONE, |running| running.row);
        let guards = wiring.guards.iter().map(|(prop, value)| (self.plan.own(wiring, *prop, row), value.clone()));
        let guards: Vec<_> = guards.filter(|(prop, _)| self.has(*prop)).collect();
        let before = guards.iter().filter_map(|(prop, _)| Some((*prop, self.current(client, *prop)?.clone())));
        let before: Vec<_> = before.collect();
        if let Some(turn) = self.scheduler.turn_mut(id) {
            turn.guarded = before;
        }
        let guards = guards.into_iter().map(|(prop, value)| (prop, Write::Set(value))).collect();
        self.write_live(now, id, callback, guards, None, fx);
    }

    /// A callback has ended. Its guarded properties get their former values back, together with its writes. A property
    /// that another writer has changed meanwhile keeps that value.
    pub(super) fn restore_guards(&mut self, id: LaneId, callback: CallbackNo) {
        let client = self.private_client(id, callback);
        let Some(turn) = self.scheduler.turn_mut(id) else { return };
        let guarded = std::mem::take(&mut turn.guarded);
        let wiring = &self.plan.callbacks[callback];
        let shared = wiring.shared();
        let back: Vec<(PropNo, Write)> = guarded
            .into_iter()
            .zip(&wiring.guards)
            .filter(|((prop, _), (_, value))| self.current(client, *prop).is_some_and(|now| now.json() == value.json()))
            .map(|((prop, before), _)| (prop, Write::Set(before)))
            .collect();
        // A piece of the page that was placed elsewhere meanwhile cannot be restored. Then the guard values stay.
        let Ok(placing) = self.placing(wiring.def.spec.scope, client, &back) else { return };
        let [for_all, for_one] = self.placed(client, placing);
        if let Some(turn) = self.scheduler.turn_mut(id) {
            turn.stage_all(shared, back.into_iter().map(|(prop, write)| (prop, Change::Write(write))));
            turn.stage_all(true, for_all);
            turn.stage_all(false, for_one);
        }
    }

    /// A run in progress has written properties. Has no effect after the end of the run.
    ///
    /// # Errors
    /// User code must run before the engine can take the writes. Nothing has changed yet.
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
            Some((self.number_for(wiring, &key, row)?, Write::Set(value)))
        });
        let writes: Vec<_> = writes.collect();
        let allowed = || self.may_be_written(&writes).map_err(|error| error.to_string());
        let fault = prepared.and_then(|_| allowed()).and_then(|()| self.check_sizes(&writes)).err();
        let whose = self.private_client(id, callback).filter(|_| fault.is_none());
        let stopped = self.stopped_by(writes.iter().map(|(prop, write)| (*prop, write)), whose);
        self.write_live(now, id, callback, writes, fault, fx);
        self.stop(now, stopped, fx);
        Ok(())
    }

    /// Cancels a callback in the name of the person `by`, if a person has asked for it. For a shared callback this
    /// cancels everything. For a private one, only the runs of `client`, or those of all clients if it is `None`.
    pub(super) fn cancel(
        &mut self,
        callback: CallbackNo,
        client: Option<ClientId>,
        by: Option<ClientId>,
        fx: &mut Effects,
    ) {
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
            let of = (callback, wiring.place);
            fx.cancel.extend(lane.and_then(|lane| lane.cancel(of, scope, client, by, starts)));
        }
    }

    /// The program ends. Cancels all runs that can be cancelled, so that it does not wait for them.
    pub(crate) fn cancel_all(&mut self, fx: &mut Effects) {
        self.end_records();
        fx.cancel.extend(self.scheduler.running_tasks());
    }

    /// The value of a property as it is now, independent of the lane's view.
    pub(super) fn read_current(&self, id: LaneId, client: Option<ClientId>, prop: PropNo) -> Option<Value> {
        let private = self.plan.prop(prop).private;
        let turn = self.scheduler.turn(id)?;
        // Writes of this turn come first.
        let staged = newest(if private { &turn.own_staged } else { &turn.staged }, prop).cloned();
        staged.or_else(|| self.current(client.filter(|_| private), prop).cloned())
    }

    /// Commits writes of a run in progress at a revision of their own, so that they are visible at once. With a
    /// `fault`, marks the properties as bad instead.
    fn write_live(
        &mut self,
        now: Duration,
        id: LaneId,
        callback: CallbackNo,
        writes: Vec<(PropNo, Write)>,
        fault: Option<String>,
        fx: &mut Effects,
    ) {
        self.arrive(now, fx);
        let client = self.private_client(id, callback);
        let spec = &self.plan.callbacks[callback].def.spec;
        let (scope, name) = (spec.scope, spec.name);
        if fault.is_none() {
            self.record_written(name, client, &writes);
        }
        let (changes, [for_all, for_one]) = match fault.map_or_else(|| self.placing(scope, client, &writes), Err) {
            Ok(placing) => (self.set_live(client, writes), self.placed(client, placing)),
            Err(why) => (self.mark_not_shown(id, callback, &writes, &why, fx), Default::default()),
        };
        let [placed_for_all, placed_for_one] = [&for_all, &for_one].map(|changes| numbers(changes));
        match client {
            Some(client) => {
                if !for_all.is_empty() {
                    let rev = self.truth.store.commit(for_all);
                    self.start_readers_of_placed(now, Whom::All, placed_for_all, rev, fx);
                    fx.wake_all();
                }
                let rated = self.rated_in(&changes);
                let rev = self.commit_own(client, changes.into_iter().chain(for_one));
                self.start_rated(now, Whom::One(client), &rated, &BTreeSet::new(), fx);
                self.start_readers_of_placed(now, Whom::One(client), placed_for_one, rev, fx);
                fx.wake_client(client);
            }
            None => {
                let changed = numbers(&changes);
                let rated = self.rated_in(&changes);
                let rev = self.commit(changes.into_iter().chain(for_all).collect());
                self.update_private_views(now, &changed, fx);
                self.start_rated(now, Whom::All, &rated, &BTreeSet::new(), fx);
                self.start_readers_of_placed(now, Whom::All, placed_for_all, rev, fx);
                self.start_new_rows(now, fx);
                self.release_leaving(now, fx);
                fx.wake_all();
            }
        }
        self.watch_conditions(now, fx);
    }

    /// The changes for these values. They also clear the bad quality of a value before.
    fn set_live(&self, client: Option<ClientId>, writes: Vec<(PropNo, Write)>) -> Vec<(PropNo, Change)> {
        let was_bad: Vec<PropNo> =
            writes.iter().map(|(prop, _)| *prop).filter(|prop| self.quality_now(client, *prop).is_some()).collect();
        let well = was_bad.into_iter().map(|prop| (prop, Change::Quality(Quality::Good)));
        writes.into_iter().map(|(prop, write)| (prop, Change::Write(write))).chain(well).collect()
    }

    /// The page cannot show what a run has written. The properties keep their values and are marked as bad. The run
    /// goes on, and its turn will have failed.
    fn mark_not_shown(
        &mut self,
        id: LaneId,
        callback: CallbackNo,
        writes: &[(PropNo, Write)],
        why: &str,
        fx: &mut Effects,
    ) -> Vec<(PropNo, Change)> {
        let asked = self.scheduler.turn(id).and_then(|turn| turn.client);
        let asked = asked.and_then(|client| self.roster.get(client)).map(|session| session.client.clone());
        let text = format!("the page cannot show what it wrote: {why}");
        let wiring = &self.plan.callbacks[callback];
        let failure = Failure::new(wiring.def.spec.name, text, false, asked);
        let why = failure.told();
        let client = self.private_client(id, callback);
        let changed = writes.iter().map(|(prop, _)| *prop);
        let changes: Vec<_> = changed
            .filter(|prop| self.quality_now(client, *prop) != Some(&why))
            .map(|prop| (prop, Change::Quality(Quality::failed(&*why))))
            .collect();
        // A run that repeats the write does not report the failure again.
        if !changes.is_empty() {
            fx.failed.push(Report { hook: wiring.on_error, failure });
        }
        if let Some(turn) = self.scheduler.turn_mut(id) {
            turn.failure.get_or_insert(why);
        }
        changes
    }

    /// The reason why the property is bad for `client`, or for everybody, if it is.
    fn quality_now(&self, client: Option<ClientId>, prop: PropNo) -> Option<&str> {
        client.map_or_else(|| self.truth.store.slot(prop), |client| self.seen_by(client, prop)).bad()
    }

    /// The client that alone sees the writes of the running callback. `None` for a shared callback.
    pub(super) fn private_client(&self, id: LaneId, callback: CallbackNo) -> Option<ClientId> {
        self.scheduler.turn(id).and_then(|turn| turn.client).filter(|_| !self.plan.callbacks[callback].shared())
    }
}

fn numbers(changes: &[(PropNo, Change)]) -> Props {
    changes.iter().map(|(prop, _)| (*prop, ())).collect()
}
