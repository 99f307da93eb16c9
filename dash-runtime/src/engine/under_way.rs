//! Long runs that are under way: those that can be cancelled or show their progress. With a store, each is written down when it
//! begins, and forgotten when it ends. What an earlier run of the program has left there did not end: nobody knows what
//! the device has done. The log and the record say so at the start.

use std::time::Duration;

use serde_json::json;

use super::{
    Engine,
    answers::Answers,
    kept::{KeptValue, apart},
    lane::LaneId,
    plan::CallbackPlan,
};
use crate::date::iso;

/// What the names in the store begin with.
pub(super) const PREFIX: &str = "run under way ";

/// Runs that are written down, and those that an earlier run of the program has left.
pub(super) struct UnderWay {
    /// Those of this run of the program.
    written: Answers<()>,
    /// Those of an earlier one, until the start.
    left: Vec<Left>,
}

/// A run that did not end.
pub(super) struct Left {
    /// Who had started it. `None`: the program.
    pub(super) user: Option<String>,
    /// The property with which.
    pub(super) prop: String,
    /// When, since the Unix epoch.
    pub(super) began: Duration,
    pub(super) why: String,
}

impl UnderWay {
    pub(super) const fn new() -> Self {
        Self { written: Answers::new(PREFIX), left: Vec::new() }
    }

    /// There is a store.
    pub(super) const fn turn_on(&mut self) {
        self.written.turn_on();
    }

    /// What to write since the last call.
    pub(super) fn take_changes(&mut self) -> Vec<super::kept::KeptChange> {
        self.written.take_changes()
    }

    /// Takes those of an earlier run of the program out of what was kept. Returns the rest, and what the log has to say.
    pub(super) fn restore(&mut self, kept: Vec<KeptValue>) -> (Vec<KeptValue>, Vec<String>) {
        self.turn_on();
        let (own, rest) = apart(kept, PREFIX);
        let mut told = Vec::new();
        for KeptValue { key, json, .. } in own {
            let name = String::from_utf8_lossy(&key[PREFIX.len()..]).into_owned();
            self.written.remove(&name);
            let Some((callback, user, began, prop)) = serde_json::from_str::<Written>(&json).ok() else { continue };
            let began = Duration::from_secs(began);
            let by = user.as_ref().map(|user| format!(" by {user}")).unwrap_or_default();
            let why = format!(
                "`{callback}`, started{by} at {}, was under way when the program ended: nobody knows what the device has done",
                iso(began)
            );
            told.push(why.clone());
            self.left.push(Left { user, prop, began, why });
        }
        (rest, told)
    }
}

/// The callback, who has started it, when, in seconds since the Unix epoch, and the property with which.
type Written = (String, Option<String>, u64, String);

impl CallbackPlan {
    /// Whether its runs are long: they can be cancelled, or show how far they are.
    pub(super) fn is_long(&self) -> bool {
        !self.def.spec.cancels.is_empty() || !self.def.spec.progress.is_empty()
    }
}

impl Engine {
    /// A run begins in this lane.
    pub(super) fn keep_under_way(&mut self, now: Duration, lane: LaneId) {
        if !self.under_way.written.is_on() {
            return;
        }
        let Some(turn) = self.scheduler.turn(lane) else { return };
        let Some(running) = &turn.running else { return };
        let wiring = &self.plan.callbacks[running.callback];
        if !wiring.is_long() {
            return;
        }
        let name = wiring.def.spec.name;
        // A run that no command has started has the client of nobody. Programs that send requests have no session.
        let user = turn.ticket.and_then(|ticket| {
            let of_page = self.roster.get(ticket.client).map(|session| session.client.user());
            Some(of_page.or_else(|| self.requests.callers.user_of(ticket.client))?.name().to_owned())
        });
        let started = turn.changed.iter().find(|prop| wiring.triggers.contains(&self.plan.cell(**prop)));
        let prop = started.map_or_else(|| name.to_owned(), |prop| self.name_of(*prop));
        let written: Written = (name.to_owned(), user, (self.began + now).as_secs(), prop);
        let number = running.number;
        let key = format!("{}-{number}", self.epoch);
        self.under_way.written.put(&key, json!(written).to_string(), self.truth.store.rev());
    }

    /// The run with this number has ended.
    pub(super) fn end_under_way(&mut self, number: u64) {
        let key = format!("{}-{number}", self.epoch);
        self.under_way.written.remove(&key);
    }

    /// The dashboard starts. Records what an earlier run of the program has left.
    pub(super) fn record_left(&mut self, now: Duration) {
        for left in std::mem::take(&mut self.under_way.left) {
            self.record_cut_off(now, left);
        }
    }
}
