//! The declared conditions, with numbers of properties.

use super::super::GateNo;
use crate::{
    binding::{
        Binding, How, Template,
        alarm::{Alarm, When},
        plain,
    },
    engine::plan::Plan,
    format,
    gates::Gate,
    numbers::{CallbackNo, PropNo},
    place::path,
    prop::Port,
    rights::Rights,
    value::Value,
};

/// One declared condition.
#[derive(Debug)]
pub(crate) struct RulePlan {
    pub(super) rule: Alarm,
    pub(super) watched: PropNo,
    /// The property that is the limit, if it is one.
    pub(super) limit: Option<PropNo>,
    /// The value that is an alarm, if it is one.
    pub(super) wanted: Option<Value>,
    /// What distinguishes its alarm from the others of the list.
    pub(super) id: String,
    /// The name of the property: `pressure.value`.
    pub(super) source: String,
}

impl RulePlan {
    /// Text and detail for this value and this limit.
    pub(super) fn words(&self, value: f64, limit: f64) -> (String, String) {
        let fill = |text, number| match Template::find(text) {
            Ok(Some(template)) => template.with(&format::number(Some(number), template.digits)),
            // The compiler has refused a text with a fault.
            _ => plain(text),
        };
        let detail = match (self.rule.detail, &self.rule.when) {
            ("", When::Above(..)) => format!("above {}", format::number(Some(limit), None)),
            ("", When::Below(..)) => format!("below {}", format::number(Some(limit), None)),
            (text, _) => fill(text, limit),
        };
        (fill(self.rule.text, value), detail)
    }
}

impl Plan {
    /// Finds the declared conditions of each list of alarms.
    ///
    /// # Errors
    /// Conditions on what the server does not know, on what fewer roles see, and conditions that cause themselves.
    pub(in crate::engine) fn plan_alarms(
        &mut self,
        bindings: &[Binding],
        rights: &[Rights],
    ) -> Result<(), Vec<String>> {
        let mut faults = Vec::new();
        let rules = bindings.iter().filter_map(|binding| match binding.how {
            How::Alarm(alarm) => Some(alarm),
            How::Same(..) | How::Computed(_) => None,
        });
        for rule in rules {
            let named = self.components.iter().position(|(name, _)| *name == rule.list.template());
            let list = named.and_then(|at| self.gate_of(self.first_of(at)));
            let Some(list) = list.filter(|list| self.gates[*list].kind == Gate::Alarms) else {
                faults.push(format!("`{}` is no `Alarms` of `{}`", path(rule.list.template()), self.name));
                continue;
            };
            for port in rule.reads() {
                faults.extend(self.why_not_watched(list, port, rights));
                let number = self.number(&port.key).place();
                self.props[number].is_condition = true;
            }
            let wanted = match rule.when {
                When::Equals(wanted) => match wanted() {
                    Ok(wanted) => Some(wanted),
                    Err(why) => {
                        faults.push(why);
                        continue;
                    }
                },
                _ => None,
            };
            let source = rule.watched.port.to_string();
            let id = self.id_of_rule(list, &source, rule.text);
            let plan = RulePlan {
                watched: self.number(&rule.watched.port.key),
                limit: rule.limit_port().map(|port| self.number(&port.key)),
                wanted,
                id,
                source,
                rule,
            };
            self.gates[list.place()].rules.push(plan);
        }
        faults.extend(self.alarms_that_cause_themselves());
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }

    /// The id of a declared condition: people read it in the record and in the history. The place of the value is `…`. Another
    /// condition of the same property whose text differs only there gets a number.
    fn id_of_rule(&self, list: GateNo, source: &str, text: &'static str) -> String {
        let words = match Template::find(text) {
            Ok(Some(template)) => template.with("…"),
            _ => plain(text),
        };
        let id = format!("{source}: {words}");
        let others = &self.gates[list.place()].rules;
        let alike = others.iter().filter(|other| other.source == source && other.rule.text != text);
        match alike.filter(|other| other.id.starts_with(&id)).count() {
            0 => id,
            before => format!("{id} #{}", before + 1),
        }
    }

    fn why_not_watched(&self, list: GateNo, port: &Port, rights: &[Rights]) -> Option<String> {
        let (number, list) = (self.number(&port.key), &self.gates[list]);
        let sees = |prop: PropNo| self.own_rights(rights, prop).sees;
        if self.prop(number).private {
            return Some(format!("an alarm watches `{port}`, of which each client has a value of its own"));
        }
        if self.prop(number).secret {
            return Some(format!("an alarm watches `{port}`, which is `#[secret]`: its text could tell the value"));
        }
        (sees(self.own_number(&port.key)) > sees(list.first)).then(|| {
            format!(
                "an alarm shows in `{}` what fewer roles see in `{port}`: write the same `#[sees(..)]` on both",
                list.name
            )
        })
    }

    /// An alarm that starts a callback whose result raises or ends the same alarm would never come to rest.
    fn alarms_that_cause_themselves(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let outputs = self.callbacks.iter().map(|callback| callback.outputs.clone());
        let reached = self.with_started(outputs.collect(), |all: &mut Vec<PropNo>, more| {
            all.extend(more);
            all.sort_unstable();
            all.dedup();
        });
        for gate in self.gates.iter().filter(|gate| gate.kind == Gate::Alarms) {
            let read = gate.rules.iter().flat_map(|rule| [Some(rule.watched), rule.limit].into_iter().flatten());
            let read: Vec<PropNo> = read.chain([gate.prop("causes")]).collect();
            let started: &[CallbackNo] = &self.prop(self.canonical(gate.prop("items"))).starts;
            for no in started {
                if let Some(prop) = reached[no.place()].iter().find(|prop| read.contains(prop)) {
                    faults.push(format!(
                        "`{}` is started by `{}.items`, and its result reaches `{}`, which causes an alarm of the same list: read the alarms with `#[state(..)]` instead of `#[input(..)]`",
                        self.callbacks[*no].def.spec.name,
                        gate.name,
                        self.prop(*prop).name()
                    ));
                }
            }
        }
        faults
    }
}
