//! The typed interface of a dashboard as JSON Schema. It is for programs that read and write properties without the
//! page, for documentation, and for tests that detect a change in a component's interface.

use schemars::SchemaGenerator;
use serde_json::{Map, Value, json};

use crate::{
    component::{Check, ComponentInfo, PropInfo},
    prop::Kind,
};

/// A component's properties, with a JSON Schema each.
///
/// ```json
/// { "component": "Text", "element": "dd-text", "properties": { "text": { "kind": "state", "writable": false, … } } }
/// ```
pub fn of_component(info: &ComponentInfo) -> Value {
    let mut generator = SchemaGenerator::default();
    let mut value = component(info, &mut generator);
    value["$defs"] = definitions(&mut generator);
    value
}

/// All components of a dashboard by id, with shared definitions.
pub(crate) fn of_dashboard(name: &str, hash: &str, components: &[(&str, &ComponentInfo)]) -> Value {
    let mut generator = SchemaGenerator::default();
    let all: Map<String, Value> =
        components.iter().map(|(id, info)| ((*id).to_owned(), component(info, &mut generator))).collect();
    json!({
        "dashboard": name,
        "protocol": crate::protocol::VERSION,
        "schema": hash,
        "components": all,
        "$defs": definitions(&mut generator),
    })
}

fn component(info: &ComponentInfo, generator: &mut SchemaGenerator) -> Value {
    let properties: Map<String, Value> =
        info.props.iter().map(|prop| (prop.name.to_owned(), property(info, prop, generator))).collect();
    json!({ "component": info.name, "element": info.tag, "about": summary(info.doc), "properties": properties })
}

fn property(info: &ComponentInfo, prop: &PropInfo, generator: &mut SchemaGenerator) -> Value {
    let mut value = json!({
        "about": summary(prop.doc),
        "kind": prop.kind.name(),
        "writable": prop.writable,
        "schema": (prop.ty.schema)(generator),
    });
    if prop.kind == Kind::Stream {
        value["kept"] = prop.ring.into();
    }
    let name = |index: usize| info.props.get(index).map(|prop| prop.name);
    for check in prop.checks {
        match *check {
            Check::Within { min, max, .. } => value["within"] = json!([name(min), name(max)]),
            Check::OneOf { options, .. } => value["one_of"] = json!(name(options)),
            Check::MaxLen { limit } => value["max_len"] = limit.into(),
        }
    }
    value
}

/// The first paragraph. The rest of a doc comment is for people who write Rust.
fn summary(doc: &str) -> String {
    let lines: Vec<&str> = doc.lines().map(str::trim).take_while(|line| !line.is_empty()).collect();
    lines.join(" ")
}

fn definitions(generator: &mut SchemaGenerator) -> Value {
    Value::Object(generator.take_definitions(true))
}
