//! The quality and the time of values, for callbacks that read them: see [`Reading`](crate::reading::Reading).
//!
//! A value is as of the turn of its reader. Its quality is as of the begin of the run, because a control loop must not act
//! on a value that is already known as bad. A change of the quality alone starts the callbacks that take it as an input.
//! Those in the queue of the run that has changed it are started in its turn, like the readers of what it writes.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, SystemTime},
};

use super::{
    Engine,
    effects::Effects,
    item::{Cause, Item},
    lane::LaneId,
    plan::CallbackPlan,
    store::{Change, Slot},
    turn::Turn,
};
use crate::{
    client::ClientId,
    handle::Whom,
    numbers::{CallbackNo, PropNo, RowNo},
    prop::Which,
    reading::{Quality, Rating},
};

/// When values were written that some callback reads with their quality, since the Unix epoch.
#[derive(Debug, Default)]
pub(super) struct Dated {
    /// The time of the event that the engine handles.
    pub(super) now: Duration,
    times: BTreeMap<PropNo, Duration>,
}

impl Dated {
    /// Forgets properties whose row is removed.
    pub(super) fn forget(&mut self, is_gone: impl Fn(PropNo) -> bool) {
        self.times.retain(|prop, _| !is_gone(*prop));
    }
}

impl Engine {
    /// Changes are about to be committed for everybody.
    pub(super) fn date_writes(&mut self, changes: &[(PropNo, Change)]) {
        let now = self.time_of_writes();
        for (prop, change) in changes {
            if matches!(change, Change::Write(_)) && self.plan.prop(*prop).is_read_with_quality {
                self.dated.times.insert(*prop, now);
            }
        }
    }

    /// The same for one client.
    pub(super) fn date_own_writes(&mut self, id: ClientId, changes: &[(PropNo, Change)]) {
        let now = self.time_of_writes();
        let Some(session) = self.roster.get_mut(id) else { return };
        for (prop, change) in changes {
            if matches!(change, Change::Write(_)) && self.plan.prop(*prop).is_read_with_quality {
                session.own_times.insert(*prop, now);
            }
        }
    }

    /// What a turn has written was committed for everybody, or for one client. It was written when the run ended, which
    /// the later runs of the turn have read already.
    pub(super) fn date_staged(&mut self, client: Option<ClientId>, dates: &BTreeMap<(bool, PropNo), Duration>) {
        let dates = dates.iter().filter(|((shared, _), _)| *shared == client.is_none());
        let session = client.and_then(|client| self.roster.get_mut(client));
        let times = session.map_or(&mut self.dated.times, |session| &mut session.own_times);
        times.extend(dates.map(|((_, prop), date)| (*prop, *date)));
    }

    /// The time of what is written now, since the Unix epoch.
    pub(super) fn time_of_writes(&self) -> Duration {
        self.began + self.dated.now
    }

    /// Changes are about to be committed for everybody, or for the client `one`. Who wrote last decides: a value that
    /// somebody has written is good, whatever was known against the one before. The next failure of its source marks
    /// it again. `refused` says whether that holds for a refused value too.
    pub(super) fn unmark_written(&mut self, one: Option<ClientId>, refused: bool, changes: &mut Vec<(PropNo, Change)>) {
        let counts = |slot: &Slot| slot.bad().is_some() && (refused || !slot.is_refused());
        let is_marked = |prop: &PropNo| match one {
            Some(client) => counts(self.seen_by(client, *prop)),
            None if counts(self.truth.store.slot(*prop)) => true,
            None => self.has_own(*prop) && self.roster.all().any(|session| session.own.get(prop).is_some_and(counts)),
        };
        let written = changes.iter().filter(|(_, change)| matches!(change, Change::Write(_))).map(|(prop, _)| *prop);
        let marked: Vec<PropNo> = written.filter(is_marked).collect();
        for prop in marked {
            if one.is_none() {
                self.is_replaced(prop);
            }
            changes.push((prop, Change::Quality(Quality::Good)));
        }
    }

    /// A value came back that was written so long before the start.
    pub(super) fn date_restored(&mut self, prop: PropNo, age: Option<Duration>) {
        if let (Some(age), true) = (age, self.plan.prop(prop).is_read_with_quality) {
            self.dated.times.insert(prop, self.began.saturating_sub(age));
        }
    }

    /// What a run gets about the values of its parameters that are readings.
    pub(super) fn ratings(
        &self,
        id: LaneId,
        client: Option<ClientId>,
        wiring: &CallbackPlan,
        row: RowNo,
    ) -> Vec<Rating> {
        let spec = &wiring.def.spec;
        let taken = spec.readings.iter().filter(|reading| reading.taken);
        let rating = |at: usize| {
            let prop = match spec.reads[at].rows {
                Which::Own => self.plan.in_row(wiring.reads[at], row),
                Which::One | Which::All => wiring.reads[at],
            };
            let staged = self.scheduler.turn(id).into_iter().flat_map(|turn| {
                let own = turn.own_staged.iter().rev().filter(|_| self.has_own(prop));
                own.chain(turn.staged.iter().rev()).filter(|(other, _)| *other == prop)
            });
            let (mut quality, mut is_written) = (None, false);
            for (_, change) in staged {
                is_written |= matches!(change, Change::Write(_));
                quality = quality.or_else(|| change.quality().cloned());
            }
            // What the source has written in this turn is not from before the restart any more.
            let is_measured = is_written && self.is_unmeasured(prop);
            let quality = quality.or_else(|| is_measured.then_some(Quality::Good));
            let quality = quality.unwrap_or_else(|| self.quality_for(client, prop));
            let is_own = self.has_own(prop);
            let dates = self.scheduler.turn(id).into_iter().flat_map(|turn| &turn.dates);
            let staged = dates.filter(|((shared, other), _)| *other == prop && (*shared || is_own));
            // The one of the client comes first.
            let staged = staged.map(|(_, date)| *date).next();
            Rating { at, quality, time: staged.or_else(|| self.time_for(client, prop)).and_then(system_time) }
        };
        taken.map(|reading| rating(reading.at)).collect()
    }

    /// The same for a check. What somebody wants is good: nobody has tried it.
    pub(super) fn ratings_for_check(
        &self,
        client: Option<ClientId>,
        wiring: &CallbackPlan,
        is_wanted: impl Fn(PropNo) -> bool,
    ) -> Vec<Rating> {
        let taken = wiring.def.spec.readings.iter().filter(|reading| reading.taken);
        let rating = |at: usize| {
            let prop = wiring.reads[at];
            if is_wanted(prop) {
                return Rating { at, ..Rating::default() };
            }
            let time = self.time_for(client, prop).and_then(system_time);
            Rating { at, quality: self.quality_for(client, prop), time }
        };
        taken.map(|reading| rating(reading.at)).collect()
    }

    fn quality_for(&self, client: Option<ClientId>, prop: PropNo) -> Quality {
        match client.filter(|client| self.has_own(prop) && self.knows(*client)) {
            Some(client) => self.seen_by(client, prop).quality().clone(),
            None => self.truth.store.slot(prop).quality().clone(),
        }
    }

    fn time_for(&self, client: Option<ClientId>, prop: PropNo) -> Option<Duration> {
        let session = client.filter(|_| self.has_own(prop)).and_then(|client| self.roster.get(client));
        let own = session.and_then(|session| session.own_times.get(&prop));
        own.or_else(|| self.dated.times.get(&prop)).copied()
    }

    /// The properties among these changes of which the quality changes and the value does not. If the value changes too,
    /// that starts its readers.
    pub(super) fn rated_in(&self, changes: &[(PropNo, Change)]) -> Vec<PropNo> {
        let mut rated: Vec<PropNo> = changes
            .iter()
            .filter(|(prop, change)| change.quality().is_some() && !self.plan.prop(*prop).rated.is_empty())
            .map(|(prop, _)| *prop)
            .collect();
        rated.sort_unstable();
        rated.dedup();
        rated.retain(|prop| !changes.iter().any(|(other, change)| other == prop && matches!(change, Change::Write(_))));
        rated
    }

    /// A run of `callback` changes the quality of these properties. Its turn goes on with those that read it in the same
    /// queue.
    pub(super) fn start_rated_in_turn(
        &mut self,
        lane: LaneId,
        callback: CallbackNo,
        props: impl Iterator<Item = PropNo>,
    ) {
        let wiring = &self.plan.callbacks[callback];
        let mut started = Vec::new();
        for prop in props {
            for &no in &self.plan.prop(prop).rated {
                let reader = &self.plan.callbacks[no];
                if reader.island == wiring.island && reader.shared() == wiring.shared() {
                    started.extend(self.runs(reader, prop).map(|run| (no, prop, run)));
                }
            }
        }
        let Some(turn) = self.scheduler.turn_mut(lane) else { return };
        for (no, prop, run) in started {
            turn.changed.insert(prop);
            turn.rated.insert((no, prop));
            if turn.barred.contains(&no) {
                turn.cancelled.entry(no).or_insert(None);
            } else {
                turn.pending.insert(run);
            }
        }
    }

    /// The quality of these properties has changed for everybody or for one client. Queues the callbacks that read it,
    /// except `known`.
    pub(super) fn start_rated(
        &mut self,
        now: Duration,
        whom: Whom,
        props: &[PropNo],
        known: &BTreeSet<(CallbackNo, PropNo)>,
        fx: &mut Effects,
    ) {
        if props.is_empty() {
            return;
        }
        let mut starts = BTreeMap::<(LaneId, Option<ClientId>), BTreeSet<(CallbackNo, PropNo)>>::new();
        for &prop in props {
            for &no in self.plan.prop(prop).rated.iter().filter(|no| !known.contains(&(**no, prop))) {
                let reader = &self.plan.callbacks[no];
                let island = reader.island;
                if reader.shared() {
                    if whom == Whom::All {
                        starts.entry((LaneId { island, client: None }, None)).or_default().insert((no, prop));
                    }
                    continue;
                }
                let clients: Vec<ClientId> = match whom {
                    Whom::One(client) => vec![client],
                    Whom::All => self.roster.connected().collect(),
                };
                for client in clients {
                    starts.entry((self.lane_of(island, client), Some(client))).or_default().insert((no, prop));
                }
            }
        }
        for ((lane, client), starts) in starts {
            self.offer(now, lane, Item { client, ticket: None, cause: Cause::Quality(starts) }, fx);
        }
    }

    /// Begins the turn of such a change.
    pub(super) fn begin_rated(&self, turn: &mut Turn, starts: BTreeSet<(CallbackNo, PropNo)>) {
        for (no, prop) in starts {
            if self.has(prop) {
                turn.changed.insert(prop);
                turn.follows.insert(prop);
                turn.pending.extend(self.runs(&self.plan.callbacks[no], prop));
            }
        }
    }
}

fn system_time(since_epoch: Duration) -> Option<SystemTime> {
    SystemTime::UNIX_EPOCH.checked_add(since_epoch)
}
