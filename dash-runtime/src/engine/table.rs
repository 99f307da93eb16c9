//! The table of components that a page relies on. Each component has a hash of everything of it that the page uses.
//!
//! A page that was loaded from another version of the dashboard sends the schema of that version. The server sends it
//! this table. The page continues if the table has each of its components with the same hash. Otherwise it reloads. The
//! property numbers may differ, and there may be more components: see `protocol`.

use std::collections::BTreeMap;

use schemars::{SchemaGenerator, generate::SchemaSettings};
use serde_json::{Value as Json, json};

use super::{computed::TargetPlan, plan::Plan};
use crate::{
    binding::Rule,
    component::ComponentInfo,
    hash::{OFFSET, fnv1a},
    numbers::PropNo,
    protocol::{VERSION, server},
};

/// The table in the forms that are sent. They are encoded once.
#[derive(Debug, Default)]
pub(crate) struct Table {
    /// A hash of the whole table and of the protocol version.
    pub(crate) schema: String,
    /// The frame that contains the table.
    pub(crate) frame: String,
    /// For the page: the distinct hashes, and for each component with properties the index of its hash.
    pub(crate) hashes: String,
}

impl Table {
    pub(super) fn of(plan: &Plan) -> Self {
        let hashes = hashes(plan);
        let schema =
            plan.components.iter().zip(&hashes).fold(fnv1a(OFFSET, &VERSION.to_le_bytes()), |whole, ((id, _), own)| {
                fnv1a(text(whole, id), &own.to_le_bytes())
            });
        let schema = format!("{schema:016x}");
        // A page stores nothing for a component without properties.
        let used: Vec<_> = plan
            .components
            .iter()
            .zip(&hashes)
            .enumerate()
            .filter(|(_, ((_, info), _))| !info.props.is_empty())
            .collect();
        let entries =
            used.iter().map(|(at, ((id, _), hash))| json!([id, format!("{hash:016x}"), plan.first_of(*at).wire()]));
        let frame = server::table(&schema, plan.props.len(), &Json::from_iter(entries));
        let mut distinct: Vec<u64> = Vec::new();
        let of: Vec<usize> = used.iter().map(|(_, (_, hash))| place(&mut distinct, **hash)).collect();
        let distinct: Vec<_> = distinct.iter().map(|hash| format!("{hash:016x}")).collect();
        Self { schema, frame, hashes: json!([distinct, of]).to_string() }
    }
}

/// The index of `hash` in `distinct`. Adds it if it is not there.
fn place(distinct: &mut Vec<u64>, hash: u64) -> usize {
    distinct.iter().position(|other| *other == hash).unwrap_or_else(|| {
        distinct.push(hash);
        distinct.len() - 1
    })
}

fn text(hash: u64, text: &str) -> u64 {
    fnv1a(fnv1a(hash, text.as_bytes()), &[0])
}

/// A hash for each component, of its script, its look, its properties and their bindings.
fn hashes(plan: &Plan) -> Vec<u64> {
    // All components of one kind have the same table.
    let mut kinds: BTreeMap<*const ComponentInfo, u64> = BTreeMap::new();
    let mut hashes: Vec<u64> =
        plan.components.iter().map(|(_, info)| *kinds.entry(*info).or_insert_with(|| of_kind(info))).collect();
    for (component, said) in bindings(plan) {
        let hash = &mut hashes[component];
        *hash = text(*hash, &said);
    }
    hashes
}

fn of_kind(info: &ComponentInfo) -> u64 {
    let script = info.script.map_or("", |script| script.source);
    let mut hash = [info.tag, script].into_iter().fold(OFFSET, text);
    if let Some(look) = info.look() {
        hash = text(hash, &look.call());
    }
    // The JSON form of a value counts, not the name of its Rust type. A recursive type keeps its name.
    let mut types: SchemaGenerator =
        SchemaSettings::default().with(|settings| settings.inline_subschemas = true).into_generator();
    for prop in info.props {
        hash = fnv1a(text(hash, prop.name), &[prop.kind as u8, u8::from(prop.writable)]);
        hash = text(hash, &(prop.ty.schema)(&mut types).as_value().to_string());
    }
    text(hash, &Json::Object(types.take_definitions(true)).to_string())
}

/// What pages do by themselves with properties, for each component that is affected. Properties are named, because
/// their numbers may differ in another version.
fn bindings(plan: &Plan) -> Vec<(usize, String)> {
    let name = |prop: &PropNo| plan.prop(*prop).name();
    let of = |prop: PropNo| plan.prop(prop).component_no.place();
    let mut found = Vec::new();
    for bound in plan.bound() {
        let names = json!(bound.iter().map(name).collect::<Vec<_>>()).to_string();
        found.extend(bound.iter().map(|prop| (of(*prop), names.clone())));
    }
    for computed in &plan.computed {
        let (component, target) = match computed.target {
            TargetPlan::Prop(prop) => (Some(of(prop)), name(&prop)),
            TargetPlan::Shown(id) => {
                (plan.components.iter().position(|(other, _)| *other == id.template()), String::new())
            }
        };
        let detail = match &computed.rule {
            Rule::Mirror(_) | Rule::Show => Json::Null,
            Rule::Format(template, _) => json!([template.before(), template.digits, template.after()]),
            Rule::Script(script) => json!([script.name, script.source]),
        };
        let inputs: Vec<_> = computed.inputs.iter().map(name).collect();
        found
            .extend(component.map(|component| (component, json!([computed.word, target, inputs, detail]).to_string())));
    }
    found
}
