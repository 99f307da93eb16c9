//! A recorded look, ready to be drawn by the server and to be sent to the script.

use std::collections::BTreeMap;

use super::record::{Read, Step, StepNo, Steps};
use crate::component::ComponentInfo;

/// The recorded look of one type of component.
#[derive(Debug)]
pub struct Shape {
    pub(super) info: &'static ComponentInfo,
    pub(super) nodes: Vec<Node>,
    pub(super) steps: Vec<Step>,
    /// For each step, whether it is computed once for each drawing, because several others need it.
    pub(super) shared: Vec<bool>,
    pub(super) reads: BTreeMap<u16, Read>,
    /// The properties that are read from their JSON.
    pub(super) from_json: Vec<u16>,
    /// What the server writes.
    pub(super) pieces: Vec<Piece>,
    faults: Vec<String>,
}

#[derive(Debug)]
pub(super) enum Node {
    Text(String),
    Tag(Branch),
    Part(Part),
}

#[derive(Debug, Default)]
pub(super) struct Branch {
    pub(super) name: &'static str,
    pub(super) attrs: Vec<(&'static str, Attr)>,
    /// The only content, if it is a text that changes.
    pub(super) text: Option<StepNo>,
    pub(super) nodes: Vec<Node>,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Attr {
    Value(StepNo),
    Flag(StepNo),
}

/// Nodes that come and go.
#[derive(Debug)]
pub(super) enum Part {
    When { condition: StepNo, nodes: Vec<Node> },
    Each { list: StepNo, key: Option<StepNo>, level: u16, nodes: Vec<Node> },
}

/// What the server writes, one piece after the other.
#[derive(Debug)]
pub(super) enum Piece {
    Markup(String),
    Text(StepNo),
    Attr(&'static str, StepNo),
    Flag(&'static str, StepNo),
    When(StepNo, Vec<Piece>),
    Each(StepNo, u16, Vec<Piece>),
}

impl Shape {
    pub(super) fn new(info: &'static ComponentInfo, (nodes, faults): (Vec<Node>, Vec<String>), steps: Steps) -> Self {
        let Steps { list: steps, reads, .. } = steps;
        let props = steps.iter().filter_map(|step| match step {
            Step::Prop(index) => Some(*index),
            _ => None,
        });
        let from_json = props.filter(|index| !reads.contains_key(index)).collect();
        let mut shape = Self {
            info,
            shared: shared(&nodes, &steps),
            nodes,
            reads,
            from_json,
            steps,
            pieces: Vec::new(),
            faults: faults.into_iter().map(|fault| format!("`{}`: in its view, {fault}", info.name)).collect(),
        };
        let mut pieces = Vec::new();
        shape.flatten(&shape.nodes, &mut pieces);
        shape.pieces = pieces;
        shape
    }

    /// What is wrong with the view.
    pub fn faults(&self) -> &[String] {
        &self.faults
    }

    /// Whether it has nodes that come and go.
    pub fn has_parts(&self) -> bool {
        fn any(nodes: &[Node]) -> bool {
            nodes.iter().any(|node| match node {
                Node::Part(_) => true,
                Node::Tag(branch) => any(&branch.nodes),
                Node::Text(_) => false,
            })
        }
        any(&self.nodes)
    }

    /// The constant value of a step.
    pub(super) fn constant(&self, step: StepNo) -> Option<super::Val<'_>> {
        self.steps.get(step as usize).and_then(Step::constant)
    }

    fn flatten(&self, nodes: &[Node], pieces: &mut Vec<Piece>) {
        for node in nodes {
            match node {
                Node::Text(text) => markup(pieces, &escaped(text)),
                Node::Tag(branch) => self.flatten_tag(branch, pieces),
                Node::Part(Part::When { condition, nodes }) => {
                    let mut inside = Vec::new();
                    self.flatten(nodes, &mut inside);
                    pieces.push(Piece::When(*condition, inside));
                }
                Node::Part(Part::Each { list, level, nodes, .. }) => {
                    let mut inside = Vec::new();
                    self.flatten(nodes, &mut inside);
                    pieces.push(Piece::Each(*list, *level, inside));
                }
            }
        }
    }

    fn flatten_tag(&self, branch: &Branch, pieces: &mut Vec<Piece>) {
        let name = branch.name;
        markup(pieces, &format!("<{name}"));
        for (name, attr) in &branch.attrs {
            match *attr {
                Attr::Value(step) => match self.constant(step) {
                    Some(value) => {
                        if let Some(value) = value.shown() {
                            markup(pieces, &format!(" {name}=\"{}\"", escaped(&value)));
                        }
                    }
                    None => pieces.push(Piece::Attr(name, step)),
                },
                Attr::Flag(step) => match self.constant(step) {
                    Some(value) => markup(pieces, &if value.is_true() { format!(" {name}") } else { String::new() }),
                    None => pieces.push(Piece::Flag(name, step)),
                },
            }
        }
        // A parser drops a line break at the start of a `textarea`, which may be one of its text.
        markup(pieces, if name == "textarea" { ">\n" } else { ">" });
        if super::nesting::is_void(name) {
            return;
        }
        match branch.text.map(|step| (step, self.constant(step))) {
            Some((_, Some(value))) => markup(pieces, &escaped(&value.shown().unwrap_or_default())),
            Some((step, None)) => pieces.push(Piece::Text(step)),
            None => self.flatten(&branch.nodes, pieces),
        }
        markup(pieces, &format!("</{name}>"));
    }
}

/// Adds markup to the markup before it.
fn markup(pieces: &mut Vec<Piece>, more: &str) {
    match pieces.last_mut() {
        Some(Piece::Markup(before)) => before.push_str(more),
        _ => pieces.push(Piece::Markup(more.to_owned())),
    }
}

fn escaped(text: &str) -> String {
    let mut html = crate::html::Html::new();
    html.text(text);
    html.into_string()
}

/// For each step, whether several others or several nodes need it, and it does not depend on the item of a list.
fn shared(nodes: &[Node], steps: &[Step]) -> Vec<bool> {
    let mut of_item: Vec<bool> = Vec::with_capacity(steps.len());
    for step in steps {
        let needs_item = step.needs().iter().any(|need| of_item.get(*need as usize).copied().unwrap_or_default());
        of_item.push(needs_item || matches!(step, Step::Item(_) | Step::Place(_)));
    }
    let mut uses = vec![0_u32; steps.len()];
    count_nodes(nodes, steps, &mut uses);
    let is_word = steps.iter().map(|step| matches!(step, Step::Word(..)));
    uses.iter().zip(of_item).zip(is_word).map(|((uses, of_item), is_word)| *uses > 1 && !of_item && is_word).collect()
}

/// Counts how often each step is needed.
fn count_nodes(nodes: &[Node], steps: &[Step], uses: &mut [u32]) {
    let mut need = |step: StepNo| count(step, steps, uses);
    for node in nodes {
        match node {
            Node::Text(_) => {}
            Node::Tag(branch) => {
                branch.attrs.iter().for_each(|(_, Attr::Value(step) | Attr::Flag(step))| need(*step));
                branch.text.into_iter().for_each(&mut need);
            }
            Node::Part(Part::When { condition, .. }) => need(*condition),
            Node::Part(Part::Each { list, key, .. }) => [Some(*list), *key].into_iter().flatten().for_each(&mut need),
        }
    }
    for node in nodes {
        if let Node::Tag(Branch { nodes, .. }) | Node::Part(Part::When { nodes, .. } | Part::Each { nodes, .. }) = node
        {
            count_nodes(nodes, steps, uses);
        }
    }
}

fn count(no: StepNo, steps: &[Step], uses: &mut [u32]) {
    let at = no as usize;
    let (Some(step), Some(count)) = (steps.get(at), uses.get_mut(at)) else { return };
    *count += 1;
    // The steps that it needs are written once, however often it is needed.
    if *count == 1 {
        step.needs().iter().for_each(|need| self::count(*need, steps, uses));
    }
}
