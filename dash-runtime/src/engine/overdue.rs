//! Runs that do not end, and sources that fall silent. They are marked for everybody who sees their values, and named in
//! the log, once while it lasts.
//!
//! A source is silent if none of its runs has ended for its period and [`Limits::source_silence`] more. So it does not
//! matter whether it hangs, or waits for a device that another callback does not give back. Every other run is overdue
//! after [`Limits::unfinished`], unless its callback is declared as long: it can be cancelled, or shows its progress.
//! `deadline = ".."` of a callback replaces either time.
//!
//! [`Limits::source_silence`]: crate::protocol::limits::Limits::source_silence
//! [`Limits::unfinished`]: crate::protocol::limits::Limits::unfinished

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use super::{
    Engine,
    effects::Effects,
    lane::LaneId,
    plan::{CallbackPlan, Plan},
    store::Change,
    turn::Running,
};
use crate::{
    handle::Whom,
    numbers::{CallbackNo, PropNo, RowNo},
    prop::Kind,
    reading::Quality,
    seconds::Seconds,
};

/// When a source answered last.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Answered {
    /// The end of its last run. Before that, the time from which a run was to be expected.
    at: Duration,
    /// Whether it was silent for too long since.
    silent: bool,
}

/// The sources, and when they answered last.
#[derive(Debug, Default)]
pub(super) struct Answers(BTreeMap<CallbackNo, Answered>);

impl Answers {
    pub(super) fn new(plan: &Plan) -> Self {
        let sources = plan.numbered_callbacks().filter(|(_, callback)| callback.every.is_some());
        Self(sources.map(|(no, _)| (no, Answered::default())).collect())
    }

    /// From now on, all of these sources are to be expected to run.
    pub(super) fn expect(&mut self, now: Duration, which: impl Fn(CallbackNo) -> bool) {
        for (_, answered) in self.0.iter_mut().filter(|(no, _)| which(**no)) {
            answered.at = now;
        }
    }

    /// A run of the callback has ended. Does nothing if it is not a source.
    pub(super) fn ended(&mut self, callback: CallbackNo, now: Duration) {
        if let Some(answered) = self.0.get_mut(&callback) {
            *answered = Answered { at: now, silent: false };
        }
    }
}

impl Engine {
    /// The names of the callbacks that do not end, and of the sources that are silent.
    pub(crate) fn stuck(&self) -> Vec<&'static str> {
        let silent = self.clock.answers.0.iter().filter(|(_, answered)| answered.silent).map(|(no, _)| *no);
        let runs = self.scheduler.running_runs().filter(|running| running.overdue.is_some());
        let mut stuck: Vec<CallbackNo> = silent.chain(runs.map(|running| running.callback)).collect();
        stuck.sort_unstable();
        stuck.dedup();
        stuck.into_iter().map(|no| self.plan.callbacks[no].def.spec.name).collect()
    }

    /// The time of the next timer of this module.
    pub(super) fn next_overdue_at(&self) -> Option<Duration> {
        let run = self.clock.overdue.first().map(|(at, ..)| *at);
        self.clock.answers.0.keys().filter_map(|source| self.silent_at(*source)).chain(run).min()
    }

    /// When the source counts as silent. `None` if it does already, or does not have to run.
    fn silent_at(&self, source: CallbackNo) -> Option<Duration> {
        let Answered { at, silent } = *self.clock.answers.0.get(&source)?;
        let runs = !self.plan.callbacks[source].watched() || self.roster.is_watched();
        let runs = runs && self.scheduler.is_started();
        (runs && !silent).then(|| at.saturating_add(self.period(source)).saturating_add(self.silence_of(source)))
    }

    /// How long a source may give no value beyond its period.
    fn silence_of(&self, source: CallbackNo) -> Duration {
        self.plan.callbacks[source].def.spec.deadline.unwrap_or(self.limits.source_silence)
    }

    /// How long a run may take. `None` if it may take any time, or is the run of a source.
    fn time_of(&self, callback: CallbackNo) -> Option<Duration> {
        let CallbackPlan { every, def, .. } = &self.plan.callbacks[callback];
        let is_long = !def.spec.cancels.is_empty() || !def.spec.progress.is_empty();
        let usual = (!is_long).then_some(self.limits.unfinished);
        def.spec.deadline.or(usual).filter(|_| every.is_none())
    }

    /// Marks what is overdue now.
    pub(super) fn mark_overdue(&mut self, now: Duration, fx: &mut Effects) {
        while let Some((lane, run)) = self.clock.take_overdue(now) {
            let callback = self.scheduler.running(lane).map(|running| running.callback);
            let Some(time) = callback.and_then(|callback| self.time_of(callback)) else { continue };
            self.mark_run(now, lane, run, |name| format!("`{name}` has not ended for {}", Seconds(time)), fx);
        }
        let sources = self.clock.answers.0.keys().copied();
        let silent: Vec<_> = sources.filter(|no| self.silent_at(*no).is_some_and(|at| at <= now)).collect();
        for source in silent {
            self.mark_silent(now, source, fx);
        }
    }

    /// A run has begun in this lane.
    pub(super) fn watch_run(&mut self, now: Duration, lane: LaneId) {
        let Some(callback) = self.scheduler.running(lane).map(|running| running.callback) else { return };
        let due = self.time_of(callback).map(|time| now.saturating_add(time));
        let running = self.scheduler.turn_mut(lane).and_then(|turn| turn.running.as_mut());
        if let (Some(running), Some(due)) = (running, due) {
            running.due = Some(due);
            self.clock.overdue_at(due, lane, running.number);
        }
    }

    /// The run in this lane has ended. Takes its marks back.
    pub(super) fn unwatch_run(&mut self, now: Duration, lane: LaneId, callback: CallbackNo, row: RowNo) {
        self.clock.answers.ended(callback, now);
        let Some(turn) = self.scheduler.turn_mut(lane).filter(|turn| turn.running.is_some()) else {
            // The client was forgotten, and its queue with it.
            self.clock.forget_overdue(lane);
            return;
        };
        let (waiting, client) = (std::mem::take(&mut turn.not_taken), turn.client);
        let Some(Running { number, due, overdue, .. }) = &turn.running else { return };
        let (number, due, why) = (*number, *due, overdue.clone());
        if let Some(due) = due {
            self.clock.not_overdue(due, lane, number);
        }
        let Some(why) = why else { return };
        let shared = self.plan.callbacks[callback].shared();
        let seer = client.filter(|_| !shared);
        let marked = |prop: &PropNo| match seer {
            Some(client) => self.seen_by(client, *prop).bad() == Some(&*why),
            None => self.truth.store.slot(*prop).bad() == Some(&*why),
        };
        let outputs = self.outputs_of(&self.plan.callbacks[callback], row).into_owned();
        let good: Vec<_> = outputs
            .into_iter()
            .chain(waiting)
            .filter(marked)
            .map(|prop| (prop, Change::Quality(Quality::Good)))
            .collect();
        if let Some(turn) = self.scheduler.turn_mut(lane) {
            turn.rated.extend(good.iter().map(|(prop, _)| (callback, *prop)));
            good.into_iter().for_each(|change| turn.stage(shared, change));
        }
    }

    /// The run has not given the driver's thread back for [`Limits::thread_time`].
    ///
    /// [`Limits::thread_time`]: crate::protocol::limits::Limits::thread_time
    pub(crate) fn holds_thread(&mut self, now: Duration, lane: LaneId, run: u64, fx: &mut Effects) {
        let time = Seconds(self.limits.thread_time);
        self.mark_run(now, lane, run, |name| format!("`{name}` has not given its thread back for {time}"), fx);
    }

    /// Marks the outputs of a run, and the values that its queue has not taken. A value that is already bad keeps its
    /// reason.
    fn mark_run(
        &mut self,
        now: Duration,
        lane: LaneId,
        run: u64,
        why: impl FnOnce(&'static str) -> String,
        fx: &mut Effects,
    ) {
        let Some(turn) = self.scheduler.turn_mut(lane) else { return };
        let client = turn.client;
        let running = turn.running.as_mut().filter(|running| running.number == run && running.overdue.is_none());
        let Some(running) = running else { return };
        let (callback, row) = (running.callback, running.row);
        let why: Arc<str> = why(self.plan.callbacks[callback].def.spec.name).into();
        running.overdue = Some(Arc::clone(&why));
        fx.notices.push(why.to_string());
        let wiring = &self.plan.callbacks[callback];
        let (shared, outputs) = (wiring.shared(), self.outputs_of(wiring, row).into_owned());
        let is_good = |prop: &PropNo| match client.filter(|_| !shared) {
            Some(client) => self.seen_by(client, *prop).bad().is_none(),
            None => self.truth.store.slot(*prop).bad().is_none(),
        };
        let bad: Vec<_> = outputs.into_iter().filter(is_good).map(|prop| bad(prop, &why)).collect();
        if let Some(turn) = self.scheduler.turn_mut(lane) {
            bad.into_iter().for_each(|change| turn.stage(shared, change));
        }
        self.mark_not_taken(lane);
        self.publish(now, lane, fx);
    }

    /// A value was queued in a lane whose run is overdue: it must not look as if the device had it.
    pub(super) fn mark_queued(&mut self, now: Duration, lane: LaneId, fx: &mut Effects) {
        if self.scheduler.running(lane).is_some_and(|running| running.overdue.is_some()) {
            self.mark_not_taken(lane);
            self.publish(now, lane, fx);
        }
    }

    fn mark_not_taken(&mut self, id: LaneId) {
        let Some(lane) = self.scheduler.lane(id) else { return };
        let Some(turn) = &lane.turn else { return };
        let running = turn.running.as_ref().filter(|running| self.plan.callbacks[running.callback].shared());
        let Some(why) = running.and_then(|running| running.overdue.clone()) else { return };
        let overdue = running.map(|running| running.callback);
        let is_set = |prop: &PropNo| {
            let wiring = self.plan.prop(*prop);
            let is_set = wiring.info.kind == Kind::State && wiring.info.writable && !wiring.private;
            is_set && self.has(*prop) && self.truth.store.slot(*prop).bad().is_none()
        };
        let mut props: Vec<PropNo> = turn.changed.iter().copied().chain(lane.queued_props()).filter(is_set).collect();
        props.sort_unstable();
        props.dedup();
        if let Some(turn) = self.scheduler.turn_mut(id) {
            props.iter().for_each(|prop| turn.stage(true, bad(*prop, &why)));
            turn.rated.extend(overdue.iter().flat_map(|no| props.iter().map(|prop| (*no, *prop))));
            turn.not_taken.extend(props);
        }
    }

    fn mark_silent(&mut self, now: Duration, source: CallbackNo, fx: &mut Effects) {
        if let Some(answered) = self.clock.answers.0.get_mut(&source) {
            answered.silent = true;
        }
        let wiring = &self.plan.callbacks[source];
        // The person is told the whole time without a value.
        let time = Seconds(self.silence_of(source).saturating_add(self.period(source)));
        let why: Arc<str> = format!("`{}` has given no value for {time}", wiring.def.spec.name).into();
        fx.notices.push(why.to_string());
        let outputs = self.outputs_of(wiring, RowNo::NONE);
        let bad: Vec<_> = outputs.iter().map(|prop| bad(*prop, &why)).collect();
        if !bad.is_empty() {
            let changed: Vec<PropNo> = bad.iter().map(|(prop, _)| *prop).collect();
            self.commit(bad);
            self.start_rated(now, Whom::All, &changed, &BTreeSet::new(), fx);
            fx.wake_all();
        }
        let lane = LaneId { island: self.plan.callbacks[source].island, client: None };
        let running = self.scheduler.turn_mut(lane).and_then(|turn| turn.running.as_mut());
        if let Some(running) = running.filter(|running| running.callback == source && running.overdue.is_none()) {
            running.overdue = Some(why);
            self.mark_queued(now, lane, fx);
        }
    }
}

fn bad(prop: PropNo, why: &Arc<str>) -> (PropNo, Change) {
    (prop, Change::Quality(Quality::Stale(Arc::clone(why))))
}
