//! `check = is_allowed`: functions of the user that may refuse what a client wants, before it takes effect.
//!
//! They do not run under the engine's lock. The caller asks which checks a command needs, runs them, and passes their
//! verdicts in with the command. A verdict counts only for the values that the check has seen. If one of them has changed
//! meanwhile, such as a measurement, the caller runs the checks again, for a limited time. Then the command is refused: the
//! check might say something else now.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    time::Duration,
};

use super::{Engine, ingress, plan::Plan};
use crate::{
    callback::{call::Call, callbacks::CheckFn},
    client::ClientId,
    numbers::{CallbackNo, PropNo},
    protocol::client::{Command, Refusal},
    rights::HIGHEST,
    value::Value,
    words::panic::text_of,
};

/// A check to run.
pub(crate) struct CheckJob {
    client: Option<ClientId>,
    callback: CallbackNo,
    /// What is wanted.
    wanted: Vec<(PropNo, Value)>,
    /// The other values that the check sees.
    seen: Vec<(PropNo, Value)>,
    check: CheckFn,
    call: Call,
}

/// What a check has said.
pub(crate) struct Verdict {
    client: Option<ClientId>,
    callback: CallbackNo,
    wanted: Vec<(PropNo, Value)>,
    seen: Vec<(PropNo, Value)>,
    said: Result<(), String>,
}

/// What the checks of a command have said, and how long that took.
#[derive(Default)]
pub(crate) struct Judged {
    pub(crate) verdicts: Vec<Verdict>,
    pub(crate) took: Duration,
    /// Whether they do not run again.
    pub(crate) last: bool,
}

impl CheckJob {
    /// The callback whose check it is.
    pub(crate) const fn callback(&self) -> CallbackNo {
        self.callback
    }

    /// Runs it. A check that panics lets nothing pass.
    pub(crate) fn run(self) -> Verdict {
        let Self { client, callback, wanted, seen, check, call } = self;
        let said = catch_unwind(AssertUnwindSafe(|| check(&call)));
        let said = said.unwrap_or_else(|payload| Err(format!("its check has panicked: {}", text_of(&*payload))));
        Verdict { client, callback, wanted, seen, said }
    }

    /// The verdict if it does not end in time.
    pub(crate) fn late(&self, why: &str) -> Verdict {
        let (wanted, seen) = (self.wanted.clone(), self.seen.clone());
        Verdict { client: self.client, callback: self.callback, wanted, seen, said: Err(why.to_owned()) }
    }
}

impl Plan {
    /// Whether a callback has a check.
    pub(crate) fn has_checks(&self) -> bool {
        self.callbacks.iter().any(|callback| callback.def.check.is_some())
    }

    /// The callbacks that check values of this property.
    pub(super) fn checkers(&self, prop: PropNo) -> impl Iterator<Item = CallbackNo> {
        let starts = self.prop(prop).starts.iter().copied();
        // What only starts a callback, with `on`, is not among its values.
        starts.filter(move |no| self.callbacks[*no].def.check.is_some() && self.callbacks[*no].reads.contains(&prop))
    }
}

impl Engine {
    /// The checks of what a client with this level wants at once: properties, by their numbers, and values, as JSON. What
    /// it may not set, and what is no value of its property, is refused later in any case.
    pub(crate) fn checks_of<'a>(
        &self,
        client: Option<ClientId>,
        level: u8,
        wanted: impl Iterator<Item = (u64, &'a str)>,
    ) -> Vec<CheckJob> {
        if !self.plan.has_checks() {
            return Vec::new();
        }
        let known = wanted.filter_map(|(number, json)| {
            let number = self.plan.read_number(number)?;
            self.plan.may_change(level, number).ok()?;
            let value = ingress::value(self, client, number, json).ok()?;
            Some((self.plan.canonical(number), value))
        });
        let wanted: Vec<(PropNo, Value)> = known.collect();
        let mut checkers: Vec<CallbackNo> = wanted.iter().flat_map(|(prop, _)| self.plan.checkers(*prop)).collect();
        checkers.sort_unstable();
        checkers.dedup();
        checkers.into_iter().filter_map(|no| self.check_of(client, no, &wanted)).collect()
    }

    /// The checks of a command of a client.
    pub(crate) fn checks_of_command(&self, client: Option<ClientId>, command: &Command<'_>) -> Vec<CheckJob> {
        let level = client.and_then(|client| self.roster.get(client)).map_or(HIGHEST, |session| session.level);
        self.checks_of(client, level, std::iter::once((command.prop, command.value)))
    }

    fn check_of(&self, client: Option<ClientId>, no: CallbackNo, wanted: &[(PropNo, Value)]) -> Option<CheckJob> {
        let callback = &self.plan.callbacks[no];
        let (mut reads, mut seen) = (Vec::with_capacity(callback.reads.len()), Vec::new());
        for &prop in &callback.reads {
            let new = wanted.iter().find(|(other, _)| *other == prop).map(|(_, value)| value.clone());
            reads.push(match new {
                Some(value) => Some(value),
                // An event that does not happen has no value.
                None if self.plan.is_event(prop) => None,
                None => {
                    let value = self.seen_for_check(client, prop)?;
                    seen.push((prop, value.clone()));
                    Some(value)
                }
            });
        }
        let own = wanted.iter().filter(|(prop, _)| callback.reads.contains(prop)).cloned().collect();
        let given = |prop: PropNo| wanted.iter().any(|(other, _)| *other == prop);
        let ratings = self.ratings_for_check(client, callback, given);
        let call = Call { reads, ratings, ..Call::default() };
        Some(CheckJob { client, callback: no, wanted: own, seen, check: callback.def.check?, call })
    }

    fn seen_for_check(&self, client: Option<ClientId>, prop: PropNo) -> Option<Value> {
        self.current(client.filter(|_| self.has_own(prop)), prop).cloned()
    }

    /// Whether the checks have seen a value that is not in effect any more, such as a measurement, and must run again.
    pub(crate) fn is_stale(&self, judged: &Judged) -> bool {
        let is_stale = |verdict: &Verdict| self.changed_since(verdict.client, verdict).is_some();
        !judged.last && judged.verdicts.iter().any(is_stale)
    }

    /// Runs `event` with what its checks have said.
    pub(crate) fn judged<R>(&mut self, judged: Judged, event: impl FnOnce(&mut Self) -> R) -> R {
        self.judged = judged;
        let result = event(self);
        self.judged = Judged::default();
        result
    }

    /// The first value that the check has seen and that is not in effect any more.
    fn changed_since(&self, client: Option<ClientId>, verdict: &Verdict) -> Option<PropNo> {
        let is_current = |(prop, seen): &&(PropNo, Value)| {
            self.seen_for_check(client, *prop).is_some_and(|now| now.same(seen) || now.json() == seen.json())
        };
        verdict.seen.iter().find(|seen| !is_current(seen)).map(|(prop, _)| *prop)
    }

    /// Whether a value waits that will take effect in its turn, so that this property has another one then.
    fn waits(&self, prop: PropNo) -> bool {
        self.plan.prop(prop).written && self.scheduler.waits(prop)
    }

    /// Whether all checks let this value take effect.
    ///
    /// # Errors
    /// What the first other one has said.
    pub(super) fn pass_checks(&self, client: ClientId, prop: PropNo, value: &Value) -> Result<(), Refusal> {
        let refused = |why: &str| Err(Refusal::Checked { prop: self.plan.prop(prop).name(), why: why.to_owned() });
        for no in self.plan.checkers(prop) {
            let is_for = |verdict: &&Verdict| {
                let mut wanted = verdict.wanted.iter();
                verdict.callback == no && wanted.any(|(other, seen)| *other == prop && seen.json() == value.json())
            };
            let Some(verdict) = self.judged.verdicts.iter().find(is_for) else {
                return refused("it was not checked, because another value was not known");
            };
            if let Err(why) = &verdict.said {
                return refused(why);
            }
            if let Some(other) = self.changed_since(Some(client), verdict) {
                let other = self.name_of(other);
                return refused(&format!("{other} has changed again each time that it was checked: try again"));
            }
            if verdict.seen.iter().any(|(prop, _)| self.waits(*prop)) {
                return refused("another value waits for its turn: try again");
            }
        }
        Ok(())
    }
}
