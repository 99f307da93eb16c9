//! The end of a run: the engine takes back what was lent, and adds the writes to the turn.

use std::{borrow::Cow, mem, time::Duration};

use super::{
    Engine,
    effects::Effects,
    item::Hook,
    lane::LaneId,
    logins::Returned,
    needs::{Changeset, NOTHING_TO_EDIT, Needs},
    places::Placing,
    plan::{CallbackPlan, Plan},
    reading::newest,
    store::Change,
    turn::Unsent,
};
use crate::{
    callback::spec::Spec,
    callback::{
        call::{Call, Write},
        task::Cancellation,
    },
    failure::{Failure, Report},
    numbers::{CallbackNo, PropNo, RowNo},
    prop::Which,
    reading::Quality,
    value::Value,
};

/// A run that has ended.
pub(crate) struct Finished {
    lane: LaneId,
    callback: CallbackNo,
    /// The arguments, with the parts that were lent.
    call: Call,
    /// The writes of the run.
    pub(crate) changes: Changeset,
    /// The message of the panic, if the run panicked.
    panic: Option<String>,
    /// What the session is now, if it belongs to a login.
    session: Option<Result<String, String>>,
}

/// A run that has ended, but that the engine cannot take yet.
pub(crate) struct Unfinished {
    pub(crate) done: Finished,
    pub(crate) needs: Needs,
}

impl Finished {
    pub(crate) fn new(lane: LaneId, callback: CallbackNo, mut call: Call, panic: Option<String>) -> Self {
        let changes = Changeset::new(mem::take(&mut call.writes));
        Self { lane, callback, call, changes, panic, session: None }
    }

    /// Gives the run to an engine with `take`, which locks it. Meets the needs with the engine's `plan`, without the
    /// lock, until the engine takes the run.
    pub(crate) fn bring(mut self, plan: &Plan, mut take: impl FnMut(Self) -> Result<(), Box<Unfinished>>) {
        let of_login = self.call.client.as_ref().is_some_and(|client| client.user().login_name().is_some());
        if let (Some(kept), Some(session), true) = (plan.login_sessions, &self.call.session, of_login) {
            self.session = Some((kept.encode)(session));
        }
        let mut next = self;
        while let Err(unfinished) = take(next) {
            let Unfinished { mut done, needs } = *unfinished;
            done.changes.meet(needs, plan);
            next = done;
        }
    }
}

impl Engine {
    /// A run has ended.
    ///
    /// # Errors
    /// User code must run before the engine can take the run. Nothing has changed yet.
    pub(crate) fn finished(&mut self, now: Duration, done: Finished, fx: &mut Effects) -> Result<(), Box<Unfinished>> {
        if let Some(needs) = self.needs_of(&done) {
            return Err(Box::new(Unfinished { done, needs }));
        }
        self.arrive(now, fx);
        let Finished { lane, callback, mut call, changes, panic, session } = done;
        let returned = self.take_back_borrowed(lane, callback, &mut call, session);
        let row = self
            .lane(lane)
            .turn
            .as_ref()
            .and_then(|turn| turn.running.as_ref())
            .map_or(RowNo::NONE, |running| running.row);
        let panicked = panic.is_some();
        // What cannot be shown was done all the same.
        let is_refused = panicked || call.failure.is_some();
        let cancelled = call.task.as_ref().is_some_and(Cancellation::is_cancelled);
        let client = self.private_client(lane, callback);
        let done = match panic.or_else(|| call.failure.take().filter(|_| !cancelled)) {
            Some(text) => Err(text),
            None => self.check_writes(lane, callback, row, changes),
        };
        let name = self.plan.callbacks[callback].def.spec.name;
        let done = done.map_err(|text| Failure::new(name, text, panicked, call.client.take()));
        self.counts.runs += 1;
        self.unwatch_run(now, lane, callback, row);
        let Some(turn) = self.scheduler.turn_mut(lane) else {
            // Its page was forgotten meanwhile, but others of the login were not.
            self.turn_is_over(lane);
            self.tell_returned(now, &returned, fx);
            self.run_ready(now, fx);
            return Ok(());
        };
        let running = turn.running.take();
        let number = running.as_ref().map(|running| running.number);
        let cancelled_by = running.and_then(|running| running.cancelled_by);
        if cancelled {
            turn.cancelled.insert(callback, cancelled_by);
        }
        if let Some(number) = number.filter(|_| self.plan.callbacks[callback].is_long()) {
            self.end_under_way(number);
        }
        match done {
            Err(failure) => {
                self.counts.failures += 1;
                let why = failure.told();
                if is_refused {
                    self.refuse_values(lane, callback, row, &why, panicked);
                }
                fx.failed.push(Report { hook: self.plan.callbacks[callback].on_error, failure });
                self.mark_outputs(lane, callback, row, Some(&why));
                if let Some(turn) = self.scheduler.turn_mut(lane) {
                    turn.failure.get_or_insert(why);
                }
            }
            // A run that was cancelled and wrote nothing leaves the quality of earlier writes as it is.
            Ok((writes, _)) if cancelled && writes.is_empty() => {}
            Ok((writes, placing)) => {
                if !cancelled {
                    self.take_values(lane, callback, row);
                }
                self.mark_outputs(lane, callback, row, None);
                self.record_written(name, client, &writes);
                for (prop, write) in writes {
                    self.stage(lane, callback, prop, write);
                }
                if !placing.is_empty() {
                    let [for_all, for_one] = self.placed(client, placing);
                    if let Some(turn) = self.scheduler.turn_mut(lane) {
                        turn.stage_all(true, for_all);
                        turn.stage_all(false, for_one);
                    }
                }
            }
        }
        self.restore_guards(lane, callback);
        let news = self.scheduler.turn(lane).is_some_and(|turn| turn.unsent > Unsent::Nothing);
        if news {
            self.clock.publish_by(lane, now + self.limits.frame);
        }
        self.advance(now, lane, fx);
        self.run(now, lane, fx);
        self.tell_returned(now, &returned, fx);
        Ok(())
    }

    /// Starts what follows from a session that was given back.
    fn tell_returned(&mut self, now: Duration, returned: &Returned, fx: &mut Effects) {
        if let Some(whose) = &returned.changed {
            self.session_changed(now, whose, fx);
        }
        if returned.in_table {
            self.table_changed(now, fx);
        }
    }

    /// The needs of a run. A failed run writes nothing, so it has none.
    fn needs_of(&self, done: &Finished) -> Option<Needs> {
        let Finished { lane, callback, call, changes, panic, .. } = done;
        if panic.is_some() || call.failure.is_some() {
            return None;
        }
        let row = self.scheduler.running(*lane)?.row;
        let wiring = &self.plan.callbacks[*callback];
        self.needs(changes, |key| self.number_for(wiring, key, row), |prop| self.edited(*lane, prop))
    }

    /// Checks the writes of a run. Returns them by number, with the placements that follow from them. Writes to a row
    /// that does not exist are left out: it may have been removed during the run.
    ///
    /// # Errors
    /// The reason why none of the writes can be made.
    fn check_writes(
        &mut self,
        lane: LaneId,
        callback: CallbackNo,
        row: RowNo,
        mut changes: Changeset,
    ) -> Result<(Vec<(PropNo, Write)>, Placing), String> {
        let client = self.private_client(lane, callback);
        let Spec { base, scope, .. } = self.plan.callbacks[callback].def.spec;
        // The same writes may contain values for the rows that they add.
        let new = self.prepare_rows(&mut changes, base)?;
        let wiring = &self.plan.callbacks[callback];
        let numbered =
            changes.writes.into_iter().filter_map(|(key, write)| Some((self.number_for(wiring, &key, row)?, write)));
        let mut writes: Vec<_> = numbered.collect();
        let allowed = self.may_be_written(&writes).map_err(|error| error.to_string());
        let sized = allowed.and_then(|()| self.check_sizes(&writes));
        let placing = sized.and_then(|()| self.try_edits(lane, &mut writes)).and_then(|()| {
            let placing = self.placing(scope, client, &writes);
            placing.map_err(|why| format!("the page cannot show what it returned: {why}"))
        });
        if placing.is_err() {
            self.forget_prepared(&new);
        }
        Ok((writes, placing?))
    }

    /// Takes back what was lent. Returns what follows from a session that was.
    fn take_back_borrowed(
        &mut self,
        lane: LaneId,
        callback: CallbackNo,
        call: &mut Call,
        json: Option<Result<String, String>>,
    ) -> Returned {
        if let (Some(device), Some(part)) = (call.device.take(), self.plan.callbacks[callback].part) {
            self.scheduler.give_back(part, device);
        }
        let Some(data) = call.session.take() else { return Returned::default() };
        let turn = self.scheduler.turn(lane);
        let (client, hook) = (turn.and_then(|turn| turn.client), turn.and_then(|turn| turn.hook));
        let mut returned = self.give_back_session(client, lane, data, json);
        // A callback on the table or on the session that borrows the session must not start itself again for ever.
        returned.in_table &= hook != Some(Hook::Clients);
        returned.changed = returned.changed.filter(|_| hook != Some(Hook::Session));
        returned
    }

    /// The properties that a run for this row may write, in every row.
    pub(super) fn outputs_of<'a>(&self, wiring: &'a CallbackPlan, row: RowNo) -> Cow<'a, [PropNo]> {
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

    /// Marks the outputs of a failed callback as bad, or as good after a run without a failure. For a private callback,
    /// only its client sees the mark. The outcome of a command would not be enough, because a run without a command has
    /// no outcome.
    fn mark_outputs(&mut self, lane: LaneId, callback: CallbackNo, row: RowNo, why: Option<&str>) {
        let wiring = &self.plan.callbacks[callback];
        let outputs = self.outputs_of(wiring, row);
        let client = self.scheduler.turn(lane).and_then(|turn| turn.client);
        let is_now = |prop: PropNo| match client.filter(|_| !wiring.shared()) {
            Some(client) => self.seen_by(client, prop).bad(),
            None => self.truth.store.slot(prop).bad(),
        };
        let changes: Vec<_> = outputs
            .iter()
            .filter(|prop| is_now(**prop) != why && (why.is_some() || !self.is_unmeasured(**prop)))
            .map(|prop| (*prop, Change::Quality(why.map_or(Quality::Good, Quality::failed))))
            .collect();
        let shared = wiring.shared();
        if changes.is_empty() {
            return;
        }
        self.start_rated_in_turn(lane, callback, changes.iter().map(|(prop, _)| *prop));
        if let Some(turn) = self.scheduler.turn_mut(lane) {
            turn.stage_all(shared, changes);
        }
    }

    /// Tries the edits before any write of the run is made. An edit that does not fit is a failure of the callback.
    fn try_edits(&self, id: LaneId, writes: &mut [(PropNo, Write)]) -> Result<(), String> {
        for (prop, write) in writes {
            let Write::Edit(patch) = write else { continue };
            let tried = match self.edited(id, *prop) {
                Some(value) => patch.try_on(&value).map(|_| ()),
                None => Err(NOTHING_TO_EDIT.to_owned()),
            };
            tried.map_err(|why| format!("{}: {why}", self.plan.prop(*prop).name()))?;
        }
        Ok(())
    }

    /// The value that an edit of this turn applies to: the value as of the turn, or, if this lane does not read the
    /// property, the value that the client sees.
    pub(super) fn edited(&self, id: LaneId, prop: PropNo) -> Option<Value> {
        let client = self.scheduler.turn(id)?.client;
        let wiring = &self.plan.prop(prop);
        if !wiring.private || wiring.private_islands.contains(&id.island) {
            return self.read(id, client, prop);
        }
        let turn = self.scheduler.turn(id)?;
        let staged = newest(&turn.own_staged, prop).cloned();
        staged.or_else(|| self.seen_by(client?, prop).value().cloned())
    }

    /// Adds one write of a run. The rest of the turn sees it at once, everybody else at the end of the turn.
    pub(super) fn stage(&mut self, id: LaneId, callback: CallbackNo, prop: PropNo, write: Write) {
        let client = self.scheduler.turn(id).and_then(|turn| turn.client);
        if let Some(value) = write.state() {
            self.update_view(id, client, prop, value);
        }
        let plan = &self.plan;
        let wiring = &plan.callbacks[callback];
        let started = plan.prop(prop).starts.iter().map(|callback| &plan.callbacks[*callback]);
        let started = started.filter(|other| other.island == wiring.island && other.shared() == wiring.shared());
        let starting: Vec<_> = started.flat_map(|other| self.runs(other, prop)).collect();
        let no_of = |place: usize| plan.islands[wiring.island].callbacks[place];
        let date = plan.prop(prop).is_read_with_quality.then(|| self.time_of_writes());
        let Some(turn) = self.scheduler.turn_mut(id) else { return };
        turn.stage(wiring.shared(), (prop, Change::Write(write)));
        turn.dates.extend(date.map(|date| ((wiring.shared(), prop), date)));
        turn.changed.insert(prop);
        for run in starting {
            let no = no_of(run.0);
            if turn.barred.contains(&no) {
                turn.cancelled.entry(no).or_insert(None);
            } else {
                turn.pending.insert(run);
            }
        }
    }
}
