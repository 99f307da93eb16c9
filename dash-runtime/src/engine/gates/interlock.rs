//! `Armed`: an interlock. What is under it may be changed only while it is armed, and it can be armed only while all its
//! conditions are met. If one fails meanwhile, it trips, and must be acknowledged.

use std::{sync::Arc, time::Duration};

use super::{Consequences, GateNo, GatePlan, State};
use crate::{
    engine::{Engine, effects::Effects},
    gates::{ArmedState, Condition},
    value::Value,
};

/// The state of an interlock.
#[derive(Debug, Default)]
pub(super) struct Interlock {
    pub(super) state: ArmedState,
    /// When it was last armed.
    since: Duration,
}

impl Interlock {
    /// Whether what is under it may be changed, as a person has wanted at this time. `name` is that of the gate.
    ///
    /// # Errors
    /// Why not.
    pub(super) fn pass(&self, name: &str, made: Duration) -> Result<(), String> {
        match self.state {
            ArmedState::Armed if made >= self.since => Ok(()),
            ArmedState::Armed => Err(format!("it was sent before {name} was armed")),
            ArmedState::Tripped => Err(format!("{name} has tripped: acknowledge and arm it first")),
            ArmedState::Disarmed => Err(format!("{name} is not armed")),
        }
    }
}

impl Engine {
    /// Which conditions of the gate are not met, in words, or `None`. What is not known is not met.
    fn unmet(&self, gate: &GatePlan) -> Option<String> {
        let prop = self.plan.canonical(gate.prop("conditions"));
        let slot = self.truth.store.slot(prop);
        if let Some(why) = slot.bad() {
            return Some(format!("its conditions are not known: {why}"));
        }
        if self.plan.prop(prop).written && !slot.is_written() {
            return Some("its conditions are not known yet".to_owned());
        }
        let conditions = slot.value().and_then(Value::get::<Vec<Condition>>).map_or(&[][..], Vec::as_slice);
        let unmet: Vec<&str> =
            conditions.iter().filter(|condition| !condition.met).map(|condition| condition.name.as_str()).collect();
        // The name says what must be so. Alone it would say the opposite.
        (!unmet.is_empty()).then(|| format!("not met: {}", unmet.join(", ")))
    }

    pub(super) fn may_arm(&self, gate: &GatePlan, state: ArmedState) -> Result<(), String> {
        if state == ArmedState::Tripped {
            return Err("it has tripped: acknowledge that first".to_owned());
        }
        self.unmet(gate).map_or(Ok(()), Err)
    }

    pub(super) fn arm(&mut self, now: Duration, no: GateNo, by: &str, follows: &mut Consequences) {
        let gate = &self.plan.gates[no];
        let Some(State::Armed(Interlock { state, .. })) = self.gates.states.get(no.place()) else { return };
        // Also the program cannot arm it while a condition is not met.
        if *state == ArmedState::Armed || self.may_arm(gate, *state).is_err() {
            return;
        }
        self.set_armed(no, ArmedState::Armed, Some(by), "", follows);
        if let Some(State::Armed(interlock)) = self.gates.states.get_mut(no.place()) {
            interlock.since = now;
        }
    }

    pub(super) fn disarm(&mut self, no: GateNo, by: &str, follows: &mut Consequences) {
        if self.is_armed(no) {
            self.set_armed(no, ArmedState::Disarmed, Some(by), "", follows);
        }
    }

    pub(super) fn acknowledge(&mut self, no: GateNo, follows: &mut Consequences) {
        if let Some(State::Armed(Interlock { state: ArmedState::Tripped, .. })) = self.gates.states.get(no.place()) {
            self.set_armed(no, ArmedState::Disarmed, Some(""), "", follows);
        }
    }

    /// `by` is who does it. Without a name it stays who did it last.
    fn set_armed(&mut self, no: GateNo, to: ArmedState, by: Option<&str>, reason: &str, follows: &mut Consequences) {
        let Some(State::Armed(interlock)) = self.gates.states.get_mut(no.place()) else { return };
        interlock.state = to;
        let gate = &self.plan.gates[no];
        follows.shows(gate.prop("state"), to);
        if let Some(by) = by {
            follows.shows(gate.prop("by"), by.to_owned());
        }
        follows.shows(gate.prop("reason"), reason.to_owned());
        if to != ArmedState::Armed {
            let why = if reason.is_empty() {
                format!("{} was disarmed", self.name_of_gate(gate))
            } else {
                format!("{} has tripped: {reason}", self.name_of_gate(gate))
            };
            let why: Arc<str> = why.into();
            follows.closed.push((no, None, Arc::clone(&why)));
            self.trip_under(no, &why, follows);
        }
    }

    fn is_armed(&self, no: GateNo) -> bool {
        matches!(self.gates.states.get(no.place()), Some(State::Armed(Interlock { state: ArmedState::Armed, .. })))
    }

    /// A gate is closed. Interlocks under it trip.
    pub(super) fn trip_under(&mut self, closed: GateNo, why: &Arc<str>, follows: &mut Consequences) {
        for no in self.plan.gates[closed].interlocks.clone() {
            if self.is_armed(no) {
                self.set_armed(no, ArmedState::Tripped, None, why, follows);
            }
        }
    }

    /// Trips the interlocks of which a condition is not met any more, and raises and ends alarms.
    pub(in crate::engine) fn watch_conditions(&mut self, now: Duration, fx: &mut Effects) {
        // A replay shows the states that the record has, and makes none of its own.
        if !std::mem::take(&mut self.gates.conditions_changed) || self.plan.replays {
            return;
        }
        for no in self.plan.all_gates() {
            if !self.is_armed(no) {
                continue;
            }
            let Some(unmet) = self.unmet(&self.plan.gates[no]) else { continue };
            let mut follows = Consequences::default();
            self.set_armed(no, ArmedState::Tripped, None, &unmet, &mut follows);
            self.follow(now, follows, fx);
        }
        self.watch_alarms(now, fx);
    }
}
