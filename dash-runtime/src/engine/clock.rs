//! The timers: when sources run, when a long turn publishes what it has so far, and when clients without a socket stop
//! to count as present.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use super::{
    Engine,
    effects::Effects,
    item::{Cause, Item},
    lane::LaneId,
    overdue::Answers,
    plan::{Period, Plan},
};
use crate::{
    client::ClientId,
    numbers::{CallbackNo, RowNo},
    value::Value,
};

/// An event whose time is exactly over may still be carried out. It is swept out of its queue a little later.
const EXPIRED: Duration = Duration::from_millis(1);

/// The timers of the engine.
pub(super) struct Clock {
    /// For each source, the time of its last run. `None` before its first run.
    sources: BTreeMap<CallbackNo, Option<Duration>>,
    /// Turns that have something to publish, and the time by which they must publish it even if they go on.
    deadlines: BTreeMap<LaneId, Duration>,
    /// Clients that are [`Away`](super::presence::Presence::Away), by the time at which they count as gone.
    leaving: BTreeSet<(Duration, ClientId)>,
    /// Queues with events that wait, by the time after which the event must not be carried out. The event may have left
    /// its queue.
    expiring: BTreeSet<(Duration, LaneId)>,
    /// Runs in progress, by the time at which they are overdue.
    pub(super) overdue: BTreeSet<(Duration, LaneId, u64)>,
    pub(super) answers: Answers,
}

impl Clock {
    pub(super) fn new(plan: &Plan) -> Self {
        let sources = plan.numbered_callbacks().filter(|(_, callback)| callback.every.is_some());
        Self {
            sources: sources.map(|(no, _)| (no, None)).collect(),
            deadlines: BTreeMap::new(),
            leaving: BTreeSet::new(),
            expiring: BTreeSet::new(),
            overdue: BTreeSet::new(),
            answers: Answers::new(plan),
        }
    }

    /// The dashboard starts. All sources run now, except those that wait for a viewer.
    pub(super) fn start(&mut self, plan: &Plan, now: Duration) {
        for (no, ran) in &mut self.sources {
            *ran = Some(now).filter(|_| !plan.callbacks[*no].watched());
        }
        self.answers.expect(now, |_| true);
    }

    /// The turn in this lane has something to publish, and must do so by `deadline`.
    pub(super) fn publish_by(&mut self, lane: LaneId, deadline: Duration) {
        self.deadlines.entry(lane).or_insert(deadline);
    }

    /// The turn in this lane has published.
    pub(super) fn published(&mut self, lane: LaneId) {
        self.deadlines.remove(&lane);
    }

    /// The lanes whose publish deadline has passed.
    fn to_publish(&self, now: Duration) -> Vec<LaneId> {
        self.deadlines.iter().filter(|(_, deadline)| **deadline <= now).map(|(lane, _)| *lane).collect()
    }

    pub(super) fn schedule_leaving(&mut self, at: Duration, client: ClientId) {
        self.leaving.insert((at, client));
    }

    /// The client has reconnected, or is gone already.
    pub(super) fn cancel_leaving(&mut self, at: Duration, client: ClientId) {
        self.leaving.remove(&(at, client));
    }

    /// An event waits in this lane, and must not be carried out after `expires`.
    pub(super) fn expire_after(&mut self, expires: Duration, lane: LaneId) {
        self.expiring.insert((expires.saturating_add(EXPIRED), lane));
    }

    /// The run in this lane is overdue at this time.
    pub(super) fn overdue_at(&mut self, at: Duration, lane: LaneId, run: u64) {
        self.overdue.insert((at, lane, run));
    }

    /// The run has ended.
    pub(super) fn not_overdue(&mut self, at: Duration, lane: LaneId, run: u64) {
        self.overdue.remove(&(at, lane, run));
    }

    /// The lane is gone.
    pub(super) fn forget_overdue(&mut self, lane: LaneId) {
        self.overdue.retain(|(_, other, _)| *other != lane);
    }

    /// Takes the next run that is overdue.
    pub(super) fn take_overdue(&mut self, now: Duration) -> Option<(LaneId, u64)> {
        let (at, lane, run) = *self.overdue.first().filter(|(at, ..)| *at <= now)?;
        self.overdue.remove(&(at, lane, run));
        Some((lane, run))
    }

    /// No event with this time waits in this lane any more.
    pub(super) fn expires_no_more(&mut self, expires: Duration, lane: LaneId) {
        self.expiring.remove(&(expires.saturating_add(EXPIRED), lane));
    }

    /// Takes the lanes in which an event may have expired.
    fn take_expired(&mut self, now: Duration) -> BTreeSet<LaneId> {
        let rest = self.expiring.split_off(&(now + Duration::from_nanos(1), LaneId::default()));
        std::mem::replace(&mut self.expiring, rest).into_iter().map(|(_, lane)| lane).collect()
    }

    /// The next client that has been away for too long.
    fn next_overdue(&self, now: Duration) -> Option<ClientId> {
        self.leaving.first().filter(|(leaves, _)| *leaves <= now).map(|(_, client)| *client)
    }

    /// Records a run of the source. The next run is one period after the last scheduled one. A source that is late by
    /// more than one period skips the runs that it missed.
    fn tick(&mut self, source: CallbackNo, now: Duration, period: Duration) {
        if let Some(ran) = self.sources.get_mut(&source) {
            let next = ran.map(|ran| ran + period).filter(|next| *next + period > now);
            *ran = Some(next.unwrap_or(now));
        }
    }
}

impl Engine {
    /// The time of the next timer: a source, a publish deadline, or a client that is away.
    pub(crate) fn next_timeout(&self) -> Option<Duration> {
        let sources = self.clock.sources.iter().filter_map(|(no, ran)| self.due(*no, *ran));
        let leaving = self.clock.leaving.first().map(|(leaves, _)| *leaves);
        let expiring = self.clock.expiring.first().map(|(expired, _)| *expired);
        sources
            .chain(self.clock.deadlines.values().copied())
            .chain(leaving)
            .chain(expiring)
            .chain(self.next_overdue_at())
            .chain(self.holds.next_timeout())
            .chain(self.next_end_of_control())
            .chain(self.next_alarm())
            .chain(self.loops.next_timeout())
            .chain(self.audit.next_timeout())
            .chain(self.logins.next_timeout())
            .chain(self.outcomes.next_timeout())
            .chain(self.request_keys.next_timeout())
            .min()
    }

    /// Ends what people hold or control and whose time is over. What arrives after a stall, before the timer, must not find
    /// it in effect.
    pub(super) fn end_what_is_over(&mut self, now: Duration, fx: &mut Effects) {
        self.watch_loops(now, fx);
        self.watch_holds(now, fx);
        self.watch_controls(now, fx);
        self.arrive(now, fx);
    }

    /// Something comes in, or a timer is due. What is written from now on has this time. Alarms whose delay is over are
    /// raised before.
    pub(super) fn arrive(&mut self, now: Duration, fx: &mut Effects) {
        self.dated.now = now;
        self.watch_delays(now, fx);
    }

    /// Handles the timers that are due.
    pub(crate) fn timeout(&mut self, now: Duration, fx: &mut Effects) {
        self.end_what_is_over(now, fx);
        self.tick(now, fx);
        while let Some(id) = self.clock.next_overdue(now) {
            self.client_disconnected(now, id, fx);
        }
        self.mark_overdue(now, fx);
        for lane in self.clock.take_expired(now) {
            self.expire(now, lane, fx);
        }
        for lane in self.clock.to_publish(now) {
            self.publish(now, lane, fx);
        }
        self.watch_conditions(now, fx);
        self.show_records(now, fx);
        self.watch_logins(now);
        self.watch_outcomes(now);
    }

    /// When a source runs next, if its last run was at `ran`. `None` if it runs only while there is a viewer and there
    /// is none.
    fn due(&self, source: CallbackNo, ran: Option<Duration>) -> Option<Duration> {
        let watched = self.plan.callbacks[source].watched();
        let has_viewer = self.roster.is_watched();
        match ran {
            Some(ran) => (!watched || has_viewer).then(|| ran + self.period(source)),
            None => (watched && has_viewer).then_some(Duration::ZERO),
        }
    }

    /// Runs the sources that are due.
    pub(super) fn tick(&mut self, now: Duration, fx: &mut Effects) {
        let sources = self.clock.sources.iter();
        let due = sources.filter(|(no, ran)| self.due(**no, **ran).is_some_and(|due| due <= now));
        let due: Vec<CallbackNo> = due.map(|(no, _)| *no).collect();
        for source in due {
            self.clock.tick(source, now, self.period(source));
            let lane = LaneId { island: self.plan.callbacks[source].island, client: None };
            let run = (self.plan.callbacks[source].place, RowNo::NONE);
            let waits = self.scheduler.lane(lane).is_some_and(|lane| {
                lane.has_tick(source) || lane.turn.as_ref().is_some_and(|turn| turn.pending.contains(&run))
            });
            if waits {
                self.counts.late += 1;
            } else {
                self.offer(now, lane, Item { client: None, ticket: None, cause: Cause::Tick(source) }, fx);
            }
        }
    }

    pub(super) fn period(&self, source: CallbackNo) -> Duration {
        let period = match self.plan.callbacks[source].every {
            Some(Period::Fixed(period)) => period,
            Some(Period::Prop(prop)) => {
                let seconds = self.truth.store.value(prop).and_then(Value::get::<f64>).copied().unwrap_or(f64::NAN);
                // An invalid period (negative, not a number, longer than a day) counts as one day.
                let day = 86_400.0;
                Duration::from_secs_f64(if (0.0..day).contains(&seconds) { seconds } else { day })
            }
            None => Duration::MAX / 4,
        };
        period.max(self.limits.shortest_period)
    }
}
