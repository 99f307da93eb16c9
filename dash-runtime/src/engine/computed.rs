//! Bindings that each browser computes, and the same computation on the server for the first paint.

use std::{borrow::Cow, collections::BTreeSet};

use schemars::SchemaGenerator;
use serde_json::{Value as Json, json};

use super::{
    Engine,
    plan::Plan,
    rights::{Gets, View},
    store::Slot,
};
use crate::{
    binding::{Binding, Computed, How, Rule, Script, Target},
    client::ClientId,
    component::PropType,
    numbers::PropNo,
    prop::ComponentId,
    value::Value,
};

/// A binding that computes a property, with property numbers.
pub(crate) struct ComputedPlan {
    pub(crate) word: &'static str,
    pub(crate) inputs: Vec<PropNo>,
    pub(crate) target: TargetPlan,
    pub(crate) rule: Rule,
}

/// The target of the computation.
#[derive(Clone, Copy)]
pub(crate) enum TargetPlan {
    Prop(PropNo),
    Shown(ComponentId),
}

impl TargetPlan {
    pub(crate) const fn prop(self) -> Option<PropNo> {
        match self {
            Self::Prop(prop) => Some(prop),
            Self::Shown(_) => None,
        }
    }
}

/// The computed bindings among `bindings`. Each comes after those that it computes from.
pub(super) fn plan(plan: &Plan, bindings: &[Binding]) -> Vec<ComputedPlan> {
    let mut left: Vec<_> = bindings
        .iter()
        .filter_map(|binding| match &binding.how {
            How::Computed(computed) => Some(by_number(plan, computed)),
            How::Same(..) | How::Alarm(_) => None,
        })
        .collect();
    let mut ordered = Vec::with_capacity(left.len());
    while !left.is_empty() {
        let waits = |one: &ComputedPlan| left.iter().any(|other| uses(one, other.target));
        // The compiler has refused cycles.
        let ready = left.iter().position(|one| !waits(one)).unwrap_or(0);
        ordered.push(left.remove(ready));
    }
    ordered
}

fn by_number(plan: &Plan, computed: &Computed) -> ComputedPlan {
    ComputedPlan {
        word: computed.word,
        inputs: computed.inputs().map(|port| plan.own_number(&port.key)).collect(),
        target: match &computed.target {
            Target::Prop(port) => TargetPlan::Prop(plan.own_number(&port.key)),
            Target::Shown(id) => TargetPlan::Shown(placed(plan, *id)),
        },
        rule: computed.rule,
    }
}

/// The same component, with its place in the page. The binding knows it only by its name.
fn placed(plan: &Plan, id: ComponentId) -> ComponentId {
    let at = plan.components.iter().position(|(name, _)| *name == id.template());
    let at = at.and_then(|at| u16::try_from(at).ok());
    // What is no component is reported with the other faults.
    at.map_or(id, |at| ComponentId::new(plan.owner, id.template(), at))
}

fn uses(one: &ComputedPlan, target: TargetPlan) -> bool {
    target.prop().is_some_and(|prop| one.inputs.contains(&prop))
}

/// The JSON types of a property's values, such as `["number", "null"]`. Empty if its schema has no `type`.
fn json_types(ty: &PropType) -> Vec<String> {
    let schema = (ty.schema)(&mut SchemaGenerator::default());
    match schema.get("type") {
        Some(Json::String(one)) => vec![one.clone()],
        Some(Json::Array(several)) => several.iter().filter_map(|one| Some(one.as_str()?.to_owned())).collect(),
        _ => Vec::new(),
    }
}

impl Plan {
    /// Whether each browser computes the property. Then the store has only its starting value from the layout.
    pub(crate) fn is_computed(&self, prop: PropNo) -> bool {
        self.computed.iter().any(|computed| computed.target.prop() == Some(prop))
    }

    /// The binding that computes the property, if there is one.
    fn computing(&self, prop: PropNo) -> Option<&ComputedPlan> {
        self.computed.iter().find(|computed| computed.target.prop() == Some(prop))
    }

    /// Whether pages may show different values of the property, because it is private or computed from a private
    /// property.
    pub(crate) fn is_own(&self, prop: PropNo) -> bool {
        self.prop(prop).private
            || self.computing(prop).is_some_and(|computed| computed.inputs.iter().any(|input| self.is_own(*input)))
    }

    /// The scripts that computed properties need, each once. The page refers to scripts by their index in this list.
    pub(crate) fn scripts(&self) -> Vec<Script> {
        let mut scripts: Vec<Script> = Vec::new();
        for computed in &self.computed {
            if let Rule::Script(script) = computed.rule
                && !scripts.contains(&script)
            {
                scripts.push(script);
            }
        }
        scripts
    }

    /// The bindings for the page: `"bound":[[0,4],..],"computed":[["format",[0],7,"",1," V"],..]`.
    pub(crate) fn bindings_json(&self, view: View) -> String {
        let bound: Vec<Vec<PropNo>> = self.bound().collect();
        let scripts = self.scripts();
        let gets = |computed: &&ComputedPlan| match computed.target {
            TargetPlan::Prop(prop) => matches!(self.gets(view, prop), Gets::Value(_)),
            TargetPlan::Shown(id) => !self.hides_component(view, id.index().place()),
        };
        let computed = self.computed.iter().filter(gets).map(|computed| self.computed_json(computed, &scripts));
        let computed: Vec<Json> = computed.collect();
        format!("\"bound\":{},\"computed\":{}", json!(bound), Json::from(computed))
    }

    fn computed_json(&self, computed: &ComputedPlan, scripts: &[Script]) -> Json {
        let target = match computed.target {
            TargetPlan::Prop(prop) => json!(prop),
            TargetPlan::Shown(id) => json!(id.template()),
        };
        let mut entry = vec![json!(computed.word), json!(computed.inputs), target];
        match &computed.rule {
            Rule::Mirror(_) | Rule::Show => {}
            Rule::Format(template, _) => {
                entry.extend([json!(template.before()), json!(template.digits), json!(template.after())]);
            }
            Rule::Script(script) => {
                let types = computed.target.prop().map(|prop| json_types(&self.prop(prop).info.ty)).unwrap_or_default();
                entry.extend([
                    json!(scripts.iter().position(|other| other == script)),
                    json!(script.name),
                    json!(types),
                ]);
            }
        }
        Json::from(entry)
    }

    /// Writes the computed values into `slots`, and returns the components that are not shown.
    pub(crate) fn compute(&self, slots: &mut [Slot]) -> BTreeSet<&'static str> {
        let mut hidden = BTreeSet::new();
        for computed in &self.computed {
            let inputs: Vec<&Value> = computed.inputs.iter().filter_map(|prop| slots[*prop].value()).collect();
            match computed.target {
                TargetPlan::Shown(id) => {
                    if inputs.first().and_then(|on| on.get::<bool>()) == Some(&false) {
                        hidden.insert(id.template());
                    }
                }
                TargetPlan::Prop(target) => {
                    let value = computed.rule.value(&inputs);
                    let bad = computed.inputs.iter().find_map(|prop| slots[*prop].bad().map(str::to_owned));
                    slots[target].show(value, bad.as_deref());
                }
            }
        }
        hidden
    }
}

impl Engine {
    /// The property as a page of this client shows it, or, without a client, as a new page does. Computed properties
    /// are computed. `None` if only browsers can compute it, because the rule is in JavaScript.
    pub(crate) fn shown(&self, id: Option<ClientId>, prop: PropNo) -> Option<Cow<'_, Slot>> {
        let Some(computed) = self.plan.computing(prop) else {
            return Some(Cow::Borrowed(id.map_or_else(|| self.truth.store.slot(prop), |id| self.seen_by(id, prop))));
        };
        let inputs: Vec<Cow<'_, Slot>> =
            computed.inputs.iter().map(|input| self.shown(id, *input)).collect::<Option<_>>()?;
        let inputs: Vec<&Slot> = inputs.iter().map(AsRef::as_ref).collect();
        let values: Vec<&Value> = inputs.iter().filter_map(|input| input.value()).collect();
        let value = computed.rule.value(&values)?;
        Some(Cow::Owned(Slot::computed_from(value, &inputs)))
    }

    /// The same. If only browsers can compute the value, the starting value from the layout.
    pub(crate) fn shown_or_start(&self, id: Option<ClientId>, prop: PropNo) -> Cow<'_, Slot> {
        self.shown(id, prop).unwrap_or_else(|| Cow::Borrowed(self.truth.store.slot(prop)))
    }

    /// The shared properties as pages show them, without those in rows.
    pub(crate) fn all_shown(&self) -> Vec<Slot> {
        self.plan.numbering.table().map(|prop| self.shown_or_start(None, prop).into_owned()).collect()
    }
}
