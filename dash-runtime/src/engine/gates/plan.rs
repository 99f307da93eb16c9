//! What the plan knows about gates.

use std::{collections::BTreeSet, ops::Index};

use crate::{
    component::ComponentInfo,
    engine::{gates::RulePlan, plan::Plan, store::Slot},
    gates::Gate,
    numbers::{CallbackNo, ComponentNo, PropNo},
    place::path,
    prop::ComponentId,
    rights::Rights,
};

/// The number of a gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct GateNo(usize);

impl GateNo {
    pub(in crate::engine) const fn new(place: usize) -> Self {
        Self(place)
    }

    pub(crate) const fn place(self) -> usize {
        self.0
    }
}

impl Index<GateNo> for Vec<GatePlan> {
    type Output = GatePlan;

    fn index(&self, no: GateNo) -> &GatePlan {
        &self[no.0]
    }
}

/// One gate.
#[derive(Debug)]
pub(crate) struct GatePlan {
    pub(crate) kind: Gate,
    /// The path of its component, for messages: `drive`.
    pub(crate) name: String,
    info: &'static ComponentInfo,
    pub(crate) first: PropNo,
    /// The first properties of the components under it.
    pub(crate) components: Vec<PropNo>,
    /// The callbacks that properties under it start.
    pub(super) starts: BTreeSet<CallbackNo>,
    /// The callbacks with the device that these start with their outputs, directly or through others.
    pub(super) moves: BTreeSet<CallbackNo>,
    /// The level at which a client may take a control over.
    pub(super) takes: u8,
    /// The interlocks directly under it. They trip when it closes for all.
    pub(in crate::engine) interlocks: Vec<GateNo>,
    /// The declared conditions, if it is a list of alarms.
    pub(super) rules: Vec<RulePlan>,
}

/// What an event of a gate does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Act {
    Ask,
    Give,
    Keep,
    Take,
    Press,
    Reset,
    Arm,
    Disarm,
    Acknowledge,
    AcknowledgeAlarm,
    ResetAlarm,
    Shelve,
    Unshelve,
}

impl Act {
    fn named(gate: Gate, name: &str) -> Option<Self> {
        Some(match (gate, name) {
            (Gate::Control, "ask") => Self::Ask,
            (Gate::Control, "give") => Self::Give,
            (Gate::Control, "keep") => Self::Keep,
            (Gate::Control, "take") => Self::Take,
            (Gate::Stop, "press") => Self::Press,
            (Gate::Stop, "reset") => Self::Reset,
            (Gate::Armed, "arm") => Self::Arm,
            (Gate::Armed, "disarm") => Self::Disarm,
            (Gate::Armed, "acknowledge") => Self::Acknowledge,
            (Gate::Alarms, "acknowledge") => Self::AcknowledgeAlarm,
            (Gate::Alarms, "reset") => Self::ResetAlarm,
            (Gate::Alarms, "shelve") => Self::Shelve,
            (Gate::Alarms, "unshelve") => Self::Unshelve,
            _ => return None,
        })
    }

    /// Whether it needs another role than the other events of its gate.
    pub(in crate::engine) const fn has_own_right(self) -> bool {
        matches!(self, Self::Press | Self::Reset | Self::Take)
    }

    /// Whether it closes its gate, which makes something safe.
    pub(in crate::engine) const fn closes(self) -> bool {
        matches!(self, Self::Press | Self::Disarm)
    }

    /// Whether it only ends what somebody may do: it closes its gate, or gives a control back. It is always possible for who
    /// may operate the gate, also while its component is disabled.
    pub(in crate::engine) const fn ends(self) -> bool {
        self.closes() || matches!(self, Self::Give)
    }

    /// Whether a role that may not change the gate may do it: it makes something safe.
    const fn is_open_to_all(self) -> bool {
        matches!(self, Self::Press)
    }
}

impl GatePlan {
    /// The property with this name. A gate has it, because its component was written for it.
    pub(in crate::engine) fn prop(&self, name: &str) -> PropNo {
        self.own(name).unwrap_or(self.first)
    }

    /// The property with this name, if its component has one.
    pub(super) fn own(&self, name: &str) -> Option<PropNo> {
        Some(self.first + self.info.props.iter().position(|prop| prop.name == name)?)
    }
}

impl Plan {
    /// Faults that only the levels show: gates that fewer roles see than what is under them, because a refusal names the
    /// gate, and callbacks with rights that a press of a stop starts, because everybody may press it.
    pub(in crate::engine) fn faults_of_gates(&self) -> Vec<String> {
        let mut faults = BTreeSet::new();
        for prop in &self.props {
            for no in &prop.under {
                let gate = &self.gates[*no];
                if self.prop(gate.first).levels.sees > prop.levels.sees {
                    faults.insert(format!(
                        "more roles see `{}` than `{}`, which it is under and which a refusal names: write the same `#[sees(..)]` on both",
                        path(prop.component),
                        gate.name
                    ));
                }
            }
        }
        let needs = self.needs_of_callbacks();
        for (no, callback) in self.numbered_callbacks() {
            let name = callback.def.spec.name;
            let is_started_by_press =
                callback.triggers.iter().any(|prop| self.prop(*prop).acts.is_some_and(|(_, act)| act.is_open_to_all()));
            if is_started_by_press && (needs[no.place()] > 0 || callback.def.spec.gates().next().is_some()) {
                faults.insert(format!(
                    "`{name}` has `needs` or `under`, or starts a callback that has, but a press of a stop starts it, and everybody may press that: start it with an event of another component"
                ));
            }
        }
        faults.into_iter().collect()
    }

    /// Whether this is the event that presses a stop.
    pub(in crate::engine) fn presses(&self, prop: PropNo) -> bool {
        matches!(self.prop(prop).acts, Some((_, Act::Press)))
    }

    /// Whether this is an event of a gate that only ends what somebody may do.
    pub(in crate::engine) fn ends(&self, prop: PropNo) -> bool {
        self.prop(prop).acts.is_some_and(|(_, act)| act.ends())
    }

    /// Whether a private callback with the device runs when this property changes.
    pub(super) fn moves_privately(&self, prop: PropNo) -> bool {
        let mut started = self.prop(prop).starts.iter().map(|callback| &self.callbacks[*callback]);
        started.any(|callback| !callback.shared() && callback.part.is_some())
    }

    /// The events with which somebody stops the machine.
    pub(crate) fn all_presses(&self) -> impl Iterator<Item = PropNo> {
        let is_press = |no: &PropNo| matches!(self.prop(self.canonical(*no)).acts, Some((_, Act::Press)));
        self.numbering.table().filter(is_press)
    }

    /// Whether everybody may take control over.
    pub(in crate::engine) fn everybody_takes_control(&self) -> bool {
        self.gates.iter().all(|gate| gate.takes == 0)
    }

    /// The gate that a property belongs to.
    pub(in crate::engine) fn gate_of(&self, prop: PropNo) -> Option<GateNo> {
        let is_of = |gate: &GatePlan| prop >= gate.first && prop < gate.first + gate.info.props.len();
        self.gates.iter().position(is_of).map(GateNo)
    }

    /// Finds the gates, and what is under each. `under` has places of components, each with that of its gate.
    ///
    /// # Errors
    /// Gates in rows of lists, and callbacks that write the state of a gate.
    pub(in crate::engine) fn plan_gates(
        &mut self,
        under: &[(usize, usize)],
        rights: &[Rights],
    ) -> Result<(), Vec<String>> {
        let mut faults = Vec::new();
        // For each component, its gate.
        let mut of_component = vec![None; self.components.len()];
        let highest = self.rights.roles.highest();
        for (at, &(id, info)) in self.components.iter().enumerate() {
            let Some(kind) = info.gate else { continue };
            let first = self.first_of(at);
            if self.list_of(self.cell(first)).is_some() {
                let why = if kind.decides() { "where nothing can be under it" } else { "which comes and goes" };
                faults.push(format!("`{}` is in a row of a list, {why}: place it outside of the list", path(id)));
            }
            of_component[at] = Some(GateNo(self.gates.len()));
            let takes = rights.get(at).and_then(|rights| rights.takes).unwrap_or(highest);
            self.gates.push(GatePlan {
                kind,
                name: path(id),
                info,
                first,
                components: Vec::new(),
                starts: BTreeSet::new(),
                moves: BTreeSet::new(),
                takes,
                interlocks: Vec::new(),
                rules: Vec::new(),
            });
        }
        if self.gates.is_empty() {
            return Ok(());
        }
        self.plan_states_of_gates(&of_component, &mut faults);
        let of_callbacks = self.gates_of_callbacks(&of_component);
        let mut all: Vec<BTreeSet<GateNo>> = vec![BTreeSet::new(); self.props.len()];
        for no in self.numbering.table() {
            let prop = self.prop(no);
            if !prop.info.writable {
                continue;
            }
            let component = prop.component_no.place();
            let own =
                under.iter().filter(|(guarded, _)| *guarded == component).filter_map(|(_, gate)| of_component[*gate]);
            let started = prop.starts.iter().flat_map(|callback| &of_callbacks[callback.place()]).copied();
            // A gate is never under itself, also if a callback that one of its events starts is under it.
            let own_gate = of_component[component];
            let gates = own.chain(started).filter(|gate| Some(*gate) != own_gate);
            all[self.canonical(no).place()].extend(gates);
        }
        for (at, gates) in all.into_iter().enumerate() {
            let prop = &mut self.props[at];
            // Who may stop a machine must not have to be in control first.
            // And who is in control may always give it back: whoever gets it then is under the same gates.
            let is_free = matches!(prop.acts, Some((_, act)) if act.is_open_to_all() || act == Act::Give);
            prop.under = gates.iter().copied().filter(|_| !is_free).collect();
            for gate in prop.under.clone() {
                let starts = self.props[at].starts.clone();
                self.gates[gate.0].starts.extend(starts);
            }
        }
        for no in (0..=u16::MAX).map(ComponentNo).take(self.components.len()) {
            let (first, props) = (self.first_of(no.place()), self.of_component(no));
            let props = (props.start.place()..props.end.place()).map(|at| self.canonical(PropNo::new(at)));
            let above: BTreeSet<GateNo> = props.flat_map(|prop| self.prop(prop).under.clone()).collect();
            above.into_iter().for_each(|gate| self.gates[gate.0].components.push(first));
        }
        for no in self.all_gates().filter(|no| self.gates[*no].kind == Gate::Armed).collect::<Vec<_>>() {
            let arm = self.canonical(self.gates[no].prop("arm"));
            for above in self.prop(arm).under.clone() {
                self.gates[above.0].interlocks.push(no);
            }
        }
        // The gate's own events must reach their callbacks.
        for at in 0..self.gates.len() {
            let first = self.gates[at].first;
            let own = (0..self.gates[at].info.props.len()).map(|index| self.canonical(first + index));
            let started: Vec<CallbackNo> = own.flat_map(|prop| self.prop(prop).starts.clone()).collect();
            let alone = self.numbered_callbacks().map(|(no, _)| BTreeSet::from([no]));
            let reached = self.with_started(alone.collect(), |all: &mut BTreeSet<CallbackNo>, more| all.extend(more));
            let moves = self.gates[at].starts.iter().flat_map(|callback| reached[callback.place()].clone());
            let moves: BTreeSet<CallbackNo> =
                moves.filter(|no| self.callbacks[*no].part.is_some() && !started.contains(no)).collect();
            self.gates[at].moves = moves;
            self.gates[at].starts.retain(|callback| !started.contains(callback));
        }
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }

    /// Marks the properties of gates, and finds callbacks that write them.
    fn plan_states_of_gates(&mut self, of_component: &[Option<GateNo>], faults: &mut Vec<String>) {
        for no in self.numbering.table() {
            let prop = self.prop(no);
            let Some(gate) = of_component[prop.component_no.place()] else { continue };
            let kind = self.gates[gate].kind;
            let (name, is_written) = (prop.info.name, prop.written);
            let act = Act::named(kind, name);
            if is_written && is_state_of(kind, name) {
                faults.push(format!(
                    "a callback writes `{}`, which the server sets: fire an event of the gate with a `Handle` instead",
                    prop.name()
                ));
            }
            let canonical = self.canonical(no);
            if is_state_of(kind, name) {
                if canonical != no || !prop.aliases.is_empty() {
                    faults.push(format!(
                        "`bind` makes `{}` one with another property, but the server alone sets it: write `mirror` instead",
                        prop.name()
                    ));
                }
                for number in [no, canonical] {
                    let place = self.numbering.place(number);
                    self.props[place].set_by_gate = true;
                }
            }
            let place = self.numbering.place(canonical);
            self.props[place].acts = act.map(|act| (gate, act));
            self.props[place].is_condition =
                matches!((kind, name), (Gate::Armed, "conditions") | (Gate::Alarms, "causes"));
            if kind == Gate::Control && name == "mine" {
                self.props[place].private = true;
            }
        }
    }

    /// Faults: states of gates that `layout` sets.
    pub(in crate::engine) fn gates_start_closed(&self, slots: &[Slot]) -> Result<(), Vec<String>> {
        let mut faults = Vec::new();
        for gate in &self.gates {
            // A component whose values cannot be made is a fault, which is reported with its starting values.
            let fresh = (gate.info.fresh)(ComponentId::new(0, "", 0)).unwrap_or_default();
            for (at, (prop, fresh)) in gate.info.props.iter().zip(&fresh).enumerate() {
                let given = slots.get((gate.first + at).place()).and_then(Slot::value);
                let (Some(given), Some(fresh)) = (given, fresh) else { continue };
                if is_state_of(gate.kind, prop.name) && given.json() != fresh.json() {
                    faults.push(format!(
                        "`layout` sets `{}.{}`, which the server sets: leave it out",
                        gate.name, prop.name
                    ));
                }
            }
        }
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }

    /// For each callback the gates that it is under, and those of the callbacks that its outputs start.
    fn gates_of_callbacks(&self, of_component: &[Option<GateNo>]) -> Vec<BTreeSet<GateNo>> {
        let own = self.callbacks.iter().map(|callback| {
            let spec = callback.def.spec;
            let first = spec.gates().map(|key| self.own_number(&key));
            first.filter_map(|prop| of_component[self.prop(prop).component_no.place()]).collect()
        });
        self.with_started(own.collect(), |gates: &mut BTreeSet<GateNo>, started| gates.extend(started))
    }

    /// Sets the levels of what a gate opens to others than the rest of it.
    pub(in crate::engine) fn levels_of_gates(&mut self, rights: &[Rights]) {
        for gate in &self.gates {
            let own = self.own_rights(rights, gate.first);
            for (index, prop) in gate.info.props.iter().enumerate() {
                let levels = &mut self.props[self.numbering.place(gate.first + index)].levels;
                match (gate.kind, prop.name) {
                    (Gate::Stop, "press") => levels.needs = 0,
                    (Gate::Stop, "may_reset") => levels.opens = own.needs,
                    (Gate::Control, "take") => levels.needs = gate.takes,
                    (Gate::Control, "may_take") => levels.opens = gate.takes,
                    _ => {}
                }
            }
        }
    }
}

/// Whether the server alone sets this property of a gate.
fn is_state_of(kind: Gate, name: &str) -> bool {
    match kind {
        Gate::Control => matches!(name, "held" | "holder" | "asking" | "mine" | "may_take"),
        Gate::Stop => matches!(name, "state" | "by" | "since" | "error" | "may_reset"),
        Gate::Armed => matches!(name, "state" | "by" | "reason"),
        Gate::Alarms => matches!(name, "items" | "shelved" | "events"),
    }
}
