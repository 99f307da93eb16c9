//! What happens because time passes: callbacks with `every`, and what has waited long enough.

use std::time::Duration;

use super::{
    Engine,
    effects::Effects,
    lane::{Cause, Item, LaneId},
    plan::Period,
};
use crate::{
    numbers::{CallbackNo, RowNo},
    value::Value,
};
impl Engine {
    /// When something is to happen without an event: a source's time, or what is ready is to be sent.
    pub(crate) fn next_timeout(&self) -> Option<Duration> {
        let sources = self.sources.iter().filter_map(|(no, ran)| self.due(*no, *ran));
        let leaving = self.leaving.first().map(|(leaves, _)| *leaves);
        sources.chain(self.deadlines.values().copied()).chain(leaving).min()
    }

    /// Time has come: runs the sources that are due, and sends what waited long enough.
    pub(crate) fn timeout(&mut self, now: Duration, fx: &mut Effects) {
        self.tick(now, fx);
        self.leave(now, fx);
        self.flush(now, fx);
    }

    /// When a source is to run that did so last at `ran`; never, if it is for those who look, and nobody does.
    pub(super) fn due(&self, source: CallbackNo, ran: Option<Duration>) -> Option<Duration> {
        let watched = self.plan.callbacks[source].watched();
        match ran {
            Some(ran) => (!watched || self.viewers > 0).then(|| ran + self.period(source)),
            None => (watched && self.viewers > 0).then_some(Duration::ZERO),
        }
    }

    /// Runs the sources that are due.
    pub(super) fn tick(&mut self, now: Duration, fx: &mut Effects) {
        let due = self.sources.iter().filter(|(no, ran)| self.due(**no, **ran).is_some_and(|due| due <= now));
        let due: Vec<CallbackNo> = due.map(|(no, _)| *no).collect();
        for source in due {
            let period = self.period(source);
            if let Some(ran) = self.sources.get_mut(&source) {
                // In step with the clock, unless it fell behind by more than a period: then those are skipped.
                let next = ran.map(|ran| ran + period).filter(|next| *next + period > now);
                *ran = Some(next.unwrap_or(now));
            }
            let lane = LaneId { island: self.plan.callbacks[source].island, client: None };
            let place = self.plan.callbacks[source].place;
            let target = self.lane(lane);
            let waits = target.has_tick(source)
                || target.turn.as_ref().is_some_and(|turn| turn.pending.contains(&(place, RowNo::NONE)));
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
                let seconds = self.store.value(prop).and_then(Value::get::<f64>).copied().unwrap_or(f64::NAN);
                // What is no period at all (negative, not a number, longer than a day) waits a day.
                let day = 86_400.0;
                Duration::from_secs_f64(if (0.0..day).contains(&seconds) { seconds } else { day })
            }
            None => Duration::MAX / 4,
        };
        period.max(self.limits.shortest_period)
    }
}
