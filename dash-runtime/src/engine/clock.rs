//! What happens because time passes: when sources are due, when what a long turn has ready is to be sent, and when those
//! who are away have gone.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use super::{
    Engine,
    effects::Effects,
    item::{Cause, Item},
    lane::LaneId,
    plan::{Period, Plan},
};
use crate::{
    client::ClientId,
    numbers::{CallbackNo, RowNo},
    value::Value,
};

/// The times that the engine waits for.
pub(super) struct Clock {
    /// For each source, when it ran last; `None` before its first run.
    sources: BTreeMap<CallbackNo, Option<Duration>>,
    /// Turns with something to send, and when they are to send it even if they go on.
    deadlines: BTreeMap<LaneId, Duration>,
    /// Clients without a socket by the time at which they count as gone: those that are
    /// [`Away`](super::presence::Presence::Away).
    leaving: BTreeSet<(Duration, ClientId)>,
}

impl Clock {
    pub(super) fn new(plan: &Plan) -> Self {
        let sources = plan.numbered_callbacks().filter(|(_, callback)| callback.every.is_some());
        Self {
            sources: sources.map(|(no, _)| (no, None)).collect(),
            deadlines: BTreeMap::new(),
            leaving: BTreeSet::new(),
        }
    }

    /// The dashboard starts: sources run now, but for those that wait for somebody who looks.
    pub(super) fn start(&mut self, plan: &Plan, now: Duration) {
        for (no, ran) in &mut self.sources {
            *ran = Some(now).filter(|_| !plan.callbacks[*no].watched());
        }
    }

    /// The turn of this lane has something to send, and does so at the latest then.
    pub(super) fn send_by(&mut self, lane: LaneId, deadline: Duration) {
        self.deadlines.entry(lane).or_insert(deadline);
    }

    /// The turn of this lane has sent what it has.
    pub(super) fn sent(&mut self, lane: LaneId) {
        self.deadlines.remove(&lane);
    }

    /// The lanes whose turns have to send what they have.
    fn to_send(&self, now: Duration) -> Vec<LaneId> {
        self.deadlines.iter().filter(|(_, deadline)| **deadline <= now).map(|(lane, _)| *lane).collect()
    }

    pub(super) fn leaves_at(&mut self, at: Duration, client: ClientId) {
        self.leaving.insert((at, client));
    }

    /// The client is back, or has gone already.
    pub(super) fn does_not_leave(&mut self, at: Duration, client: ClientId) {
        self.leaving.remove(&(at, client));
    }

    /// The next of those whose time is up.
    fn has_left(&self, now: Duration) -> Option<ClientId> {
        self.leaving.first().filter(|(leaves, _)| *leaves <= now).map(|(_, client)| *client)
    }

    /// The source runs, in step with the clock, unless it fell behind by more than a period: then those are skipped.
    fn tick(&mut self, source: CallbackNo, now: Duration, period: Duration) {
        if let Some(ran) = self.sources.get_mut(&source) {
            let next = ran.map(|ran| ran + period).filter(|next| *next + period > now);
            *ran = Some(next.unwrap_or(now));
        }
    }
}

impl Engine {
    /// When something is to happen without an event: a source's time, or what is ready is to be sent.
    pub(crate) fn next_timeout(&self) -> Option<Duration> {
        let sources = self.clock.sources.iter().filter_map(|(no, ran)| self.due(*no, *ran));
        let leaving = self.clock.leaving.first().map(|(leaves, _)| *leaves);
        sources.chain(self.clock.deadlines.values().copied()).chain(leaving).min()
    }

    /// Time has come: runs the sources that are due, and sends what waited long enough.
    pub(crate) fn timeout(&mut self, now: Duration, fx: &mut Effects) {
        self.tick(now, fx);
        while let Some(id) = self.clock.has_left(now) {
            self.has_gone(now, id, fx);
        }
        for lane in self.clock.to_send(now) {
            self.publish(now, lane, fx);
        }
    }

    /// When a source is to run that did so last at `ran`; never, if it is for those who look, and nobody does.
    fn due(&self, source: CallbackNo, ran: Option<Duration>) -> Option<Duration> {
        let watched = self.plan.callbacks[source].watched();
        let looks = self.roster.is_watched();
        match ran {
            Some(ran) => (!watched || looks).then(|| ran + self.period(source)),
            None => (watched && looks).then_some(Duration::ZERO),
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

    fn period(&self, source: CallbackNo) -> Duration {
        let period = match self.plan.callbacks[source].every {
            Some(Period::Fixed(period)) => period,
            Some(Period::Prop(prop)) => {
                let seconds = self.truth.store.value(prop).and_then(Value::get::<f64>).copied().unwrap_or(f64::NAN);
                // What is no period at all (negative, not a number, longer than a day) waits a day.
                let day = 86_400.0;
                Duration::from_secs_f64(if (0.0..day).contains(&seconds) { seconds } else { day })
            }
            None => Duration::MAX / 4,
        };
        period.max(self.limits.shortest_period)
    }
}
