//! What the program itself must not set: the states of gates, and a held control's value other than the safe one.
//!
//! A held control acts only while a person holds it. What the program set would be released by nobody. The safe value is
//! always allowed, so that callbacks and pushes can stop what is held.

use std::collections::BTreeSet;

use super::{
    Engine,
    holds::{LONGEST, SHORTEST},
    plan::Plan,
    store::Slot,
};
use crate::{
    callback::call::Write,
    component::Check,
    handle::PushError,
    numbers::{PropNo, each},
    value::Value,
};

impl Plan {
    /// Whether the program must not set this value.
    ///
    /// # Errors
    /// The reason.
    pub(super) fn may_be_set(&self, prop: PropNo, write: &Write) -> Result<(), PushError> {
        let wiring = self.prop(prop);
        if wiring.set_by_gate {
            return Err(PushError::Gate { prop: wiring.name() });
        }
        let Some(hold) = &wiring.hold else { return Ok(()) };
        // Nobody knows what an edit makes of the value until it takes effect.
        let is_safe = matches!(write, Write::Set(value) if hold.is_safe(value));
        if is_safe { Ok(()) } else { Err(PushError::Held { prop: wiring.name(), safe: hold.safe.json().to_owned() }) }
    }

    /// Why a builder, in `layout`, behind `.place()` or in the function of a row, must not give a property this value.
    /// `now` is the value that it has without the builder.
    pub(super) fn may_start_as(&self, prop: PropNo, value: &Value, now: Option<&Value>) -> Result<(), String> {
        let wiring = self.prop(prop);
        if wiring.set_by_gate && now.is_some_and(|now| now.json() != value.json()) {
            return Err(format!("`{}` is given a value here, but the server sets it: leave it out", wiring.name()));
        }
        match &wiring.hold {
            Some(hold) if !hold.is_safe(value) => Err(format!(
                "`{}` is given the value {} here, but it acts only while a person holds it: leave it out",
                wiring.name(),
                value.json()
            )),
            _ => Ok(()),
        }
    }

    /// Faults of what is held, of its deadlines, and of ranges without a value. `slots` has the starting values of these
    /// properties, by their place from `first` on.
    pub(super) fn faults_of_values(&self, first: PropNo, slots: &[Slot]) -> Vec<String> {
        let mut faults = Vec::new();
        let value = |prop: PropNo| prop.after(first).and_then(|at| slots.get(at)).and_then(Slot::value);
        let number = |prop: PropNo| value(prop).and_then(Value::get::<f64>).copied();
        for prop in each(first..first + slots.len()) {
            let wiring = self.prop(prop);
            if let Some(hold) = &wiring.hold {
                faults.extend(value(prop).and_then(|value| self.may_start_as(prop, value, None).err()));
                let (shortest, longest) = (SHORTEST.as_secs_f64(), LONGEST.as_secs_f64());
                let deadline = number(hold.deadline);
                if let Some(given) = deadline.filter(|given| !(shortest..=longest).contains(given)) {
                    let name = self.prop(hold.deadline).name();
                    faults.push(format!("`{name}` is {given} s: give from {shortest} to {longest} s"));
                }
            }
            for check in wiring.info.checks {
                let Check::Within { min, max, .. } = *check else { continue };
                let (min, max) = (wiring.base + min, wiring.base + max);
                if let (Some(low), Some(high)) = (number(min), number(max))
                    && (low > high || low.is_nan() || high.is_nan())
                {
                    let (min, max) = (self.prop(min).name(), self.prop(max).name());
                    faults.push(format!("no value is within `{min}` = {low} and `{max}` = {high}: swap them"));
                }
            }
        }
        // An alias has the same control under another name.
        let mut known = BTreeSet::new();
        faults.retain(|fault| known.insert(fault.clone()));
        faults
    }

    /// Faults of the wiring: bindings and `running(..)` that would set what the program must not set.
    pub(super) fn faults_of_holds(&self) -> Vec<String> {
        let mut faults = Vec::new();
        for (no, prop) in self.numbered().filter(|(_, prop)| prop.set_by_gate) {
            if self.is_computed(no) {
                faults.push(format!(
                    "a binding computes `{}`, which is set by the server alone: leave the binding out",
                    prop.name()
                ));
            }
        }
        for callback in &self.callbacks {
            for (prop, _) in &callback.guards {
                let (name, wiring) = (callback.def.spec.name, self.prop(*prop));
                if wiring.hold.is_some() || wiring.set_by_gate {
                    let prop = wiring.name();
                    faults.push(format!(
                        "`{name}` sets `{prop}` with `running(..)`, which only people and the server set: leave it out"
                    ));
                }
            }
        }
        faults
    }
}

impl Engine {
    /// Whether the program may make these writes.
    ///
    /// # Errors
    /// The first one that it must not make.
    pub(super) fn may_be_written(&self, writes: &[(PropNo, Write)]) -> Result<(), PushError> {
        writes.iter().try_for_each(|(prop, write)| self.plan.may_be_set(*prop, write))
    }
}
