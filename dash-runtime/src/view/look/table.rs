//! A look as the script gets it: one call for each type of component.
//!
//! `defineLook("my-tank",[shared],[nodes],own)`. `own` tells whether the component has a script of its own, which then
//! defines the element.
//!
//! | JSON | meaning |
//! | --- | --- |
//! | `null`, `true`, `5`, `"text"` | a constant |
//! | `["label"]` | a property; `["id"]` is the component's id |
//! | `["add",a,b]` | a word of the vocabulary |
//! | `["item",0]`, `["place",0]` | the item of the outermost list, and its place |
//! | `[3]` | the fourth shared step |
//!
//! A node is a text, an element `["span",{"class":"a"},[nodes]]`, or a part: `[0,condition,[nodes]]` and
//! `[1,list,key,[nodes],level]`. Among the attributes of an element, `""` is the text that is its only content, and a
//! name with `?` in front is an attribute without a value.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::{
    Shape, Val,
    record::{Step, StepNo},
    shape::{Attr, Branch, Node, Part},
};

impl Shape {
    /// The call that gives this look to the script.
    pub fn call(&self) -> String {
        let table = Table::of(self);
        let shared: Vec<_> = table.shared.iter().map(|step| table.written_out(*step)).collect();
        let parts = [json!(self.info.tag), json!(shared), table.nodes(&self.nodes), json!(self.info.script.is_some())];
        let parts: Vec<_> = parts.iter().map(Json::to_string).collect();
        format!("defineLook({});", parts.join(","))
    }
}

struct Table<'a> {
    shape: &'a Shape,
    /// The steps that several others need. They are evaluated once for each change.
    shared: Vec<StepNo>,
}

impl<'a> Table<'a> {
    fn of(shape: &'a Shape) -> Self {
        let steps = (0..).zip(&shape.shared);
        let shared = steps.filter(|(_, shared)| **shared).map(|(step, _)| step).collect();
        Self { shape, shared }
    }

    fn nodes(&self, nodes: &[Node]) -> Json {
        nodes.iter().map(|node| self.node(node)).collect()
    }

    fn node(&self, node: &Node) -> Json {
        match node {
            Node::Text(text) => json!(text),
            Node::Tag(branch) => self.tag(branch),
            Node::Part(Part::When { condition, nodes }) => json!([0, self.step(*condition), self.nodes(nodes)]),
            Node::Part(Part::Each { list, key, level, nodes }) => {
                let key = key.map_or(Json::Null, |key| self.step(key));
                json!([1, self.step(*list), key, self.nodes(nodes), level])
            }
        }
    }

    fn tag(&self, branch: &Branch) -> Json {
        // Sorted: the order in a `Map` depends on a feature of serde_json that any crate of the user may switch on, and
        // with it the name of the script.
        let mut attrs = BTreeMap::new();
        for (name, attr) in &branch.attrs {
            match *attr {
                Attr::Value(step) if self.shape.constant(step) != Some(Val::Missing) => {
                    attrs.insert((*name).to_owned(), self.step(step));
                }
                Attr::Value(_) => {}
                Attr::Flag(step) => {
                    attrs.insert(format!("?{name}"), self.step(step));
                }
            }
        }
        if let Some(text) = branch.text {
            attrs.insert(String::new(), self.step(text));
        }
        match &branch.nodes[..] {
            [] if attrs.is_empty() => json!([branch.name]),
            [] => json!([branch.name, attrs]),
            nodes => json!([branch.name, attrs, self.nodes(nodes)]),
        }
    }

    fn step(&self, step: StepNo) -> Json {
        match self.shared.iter().position(|shared| *shared == step) {
            Some(at) => json!([at]),
            None => self.written_out(step),
        }
    }

    fn written_out(&self, no: StepNo) -> Json {
        match self.shape.steps.get(no as usize) {
            Some(Step::Prop(index)) => json!([self.shape.info.props.get(usize::from(*index)).map(|prop| prop.name)]),
            Some(Step::Id) => json!(["id"]),
            Some(Step::Item(level)) => json!(["item", level]),
            Some(Step::Place(level)) => json!(["place", level]),
            Some(Step::Word(word, args)) => {
                [json!(word.name())].into_iter().chain(args.iter().map(|arg| self.step(*arg))).collect()
            }
            Some(Step::Number(bits)) => number(f64::from_bits(*bits)),
            Some(Step::Truth(truth)) => json!(truth),
            Some(Step::Text(text)) => json!(text),
            Some(Step::Missing) | None => Json::Null,
        }
    }
}

/// A whole number without a point.
fn number(number: f64) -> Json {
    let whole = number as i64;
    if whole as f64 == number && whole.unsigned_abs() < 1 << 53 { json!(whole) } else { json!(number) }
}
