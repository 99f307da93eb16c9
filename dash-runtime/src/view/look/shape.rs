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
    /// Whether a step depends on the item of a list that is being drawn.
    pub(super) of_item: Vec<bool>,
    pub(super) reads: BTreeMap<u16, Read>,
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
        let mut of_item: Vec<bool> = Vec::with_capacity(steps.list.len());
        for step in &steps.list {
            let needs = step.needs().iter().any(|need| of_item.get(*need as usize).copied().unwrap_or_default());
            of_item.push(needs || matches!(step, Step::Item(_) | Step::Place(_)));
        }
        let mut shape = Self {
            info,
            nodes,
            of_item,
            reads: steps.reads,
            steps: steps.list,
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
        markup(pieces, ">");
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
