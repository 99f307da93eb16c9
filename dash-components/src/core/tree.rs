use dash_macros::{Component, value};
use dash_runtime::{
    component::prelude::*,
    look::{Bound, Item, Listed},
};

use super::{
    badge::{mark, spoken},
    field,
    indicator::Tone,
};

/// The largest number of nodes that are shown. A line says how many others there are.
pub(super) const MOST: usize = 2000;
/// The largest number of levels that are shown.
pub(super) const DEEPEST: usize = 64;

/// Nodes that contain others: the parts of a machine, a file system, the registers of a device.
///
/// A person opens and closes nodes and selects one of them. Both are properties, so all pages show the same, unless the
/// field is `#[private]`.
///
/// ```
/// # use dash_components::{Tone, Tree, TreeNode};
/// # fn of(parts: Tree) -> Tree {
/// parts
///     .label("Parts")
///     .nodes([TreeNode::new("arm", "Arm").children([
///         TreeNode::new("arm/shoulder", "Shoulder").note("31 °C"),
///         TreeNode::new("arm/elbow", "Elbow").note("78 °C").tone(Tone::Warn),
///     ])])
///     .expanded(["arm"])
/// # }
/// ```
// The client has a module with the name `tree`.
#[derive(Component)]
#[component(tag = "dd-tree", script = "tree_nodes.js", style = ["mark.css", "tree.css"], bundled)]
pub struct Tree {
    id: ComponentId,
    /// The nodes. Default: none, shown as "Nothing to show". Callbacks write [`TreeNodes`]. At most 2000 nodes and 64
    /// levels are shown; a line says that there is more.
    #[prop(no_setter)]
    nodes: TreeNodes,
    /// The id of the selected node. Default: the empty string, none. The browser writes it. The server refuses what is
    /// not the id of a node.
    #[prop(writable, one_of(nodes))]
    selected: String,
    /// The ids of the nodes whose children are visible. Default: none. The browser writes it. The server refuses what is
    /// not the id of a node, and one that is there twice.
    #[prop(writable, one_of(nodes), no_setter)]
    expanded: Vec<String>,
    /// The visible name above the nodes. Empty (the default): no visible name.
    label: String,
}

/// A node of a [`Tree`].
#[derive(Debug, Clone, PartialEq)]
pub struct TreeNode {
    id: String,
    label: String,
    note: String,
    tone: Tone,
    children: Vec<TreeNode>,
}

impl TreeNode {
    /// A node without children. `id` is what callbacks get, and differs from the ids of all other nodes of the tree.
    pub fn new(id: impl IntoValue<String>, label: impl IntoValue<String>) -> Self {
        Self {
            id: id.into_value(),
            label: label.into_value(),
            note: String::new(),
            tone: Tone::Neutral,
            children: Vec::new(),
        }
    }

    /// Sets the text at the end of the line, for example a value. Default: empty.
    #[must_use]
    pub fn note(mut self, note: impl IntoValue<String>) -> Self {
        self.note = note.into_value();
        self
    }

    /// Sets the meaning of its state, which gives a colour and a mark. Default: [`Tone::Neutral`], no mark.
    #[must_use]
    pub fn tone(mut self, tone: Tone) -> Self {
        self.tone = tone;
        self
    }

    /// Sets the nodes in it.
    #[must_use]
    pub fn children(mut self, children: impl IntoIterator<Item = TreeNode>) -> Self {
        self.children = children.into_iter().collect();
        self
    }
}

/// The nodes of a [`Tree`], as a property has them.
///
/// ```
/// # use dash_components::{TreeNode, TreeNodes};
/// // A callback with `output = Ui::files.nodes`:
/// fn list(names: &[&str]) -> TreeNodes {
///     names.iter().map(|name| TreeNode::new(*name, *name)).collect()
/// }
/// # assert_eq!(list(&["a"]), TreeNodes::from_iter([TreeNode::new("a", "a")]));
/// ```
#[value]
#[derive(Debug, Clone, Default, PartialEq)]
#[serde(transparent)]
pub struct TreeNodes(Vec<TreeLine>);

/// A node as a line of the page: a look has no recursion.
#[value]
#[derive(Debug, Clone, PartialEq)]
#[doc(hidden)]
pub struct TreeLine {
    pub(super) id: String,
    pub(super) label: String,
    pub(super) note: String,
    pub(super) tone: Tone,
    /// The ids of the nodes around it, the outermost first.
    pub(super) within: Vec<String>,
    pub(super) has_children: bool,
    /// Its place among its siblings, from 1, and their number.
    pub(super) place: u32,
    pub(super) count: u32,
}

impl FromIterator<TreeNode> for TreeNodes {
    fn from_iter<I: IntoIterator<Item = TreeNode>>(nodes: I) -> Self {
        let nodes: Vec<TreeNode> = nodes.into_iter().collect();
        let mut lines = Vec::new();
        // A list of what is still to be written, because a tree may be deeper than a stack.
        let mut next: Vec<(TreeNode, Vec<String>, usize, usize)> = Vec::new();
        queue(&mut next, nodes, &[]);
        while let Some((node, within, place, count)) = next.pop() {
            let TreeNode { id, label, note, tone, mut children } = node;
            if within.len() + 2 == DEEPEST && !children.is_empty() {
                children = vec![TreeNode::new(format!("{id}/…"), format!("… {} in it", children.len()))];
            }
            let has_children = !children.is_empty();
            if has_children {
                let inside: Vec<String> = within.iter().cloned().chain([id.clone()]).collect();
                queue(&mut next, children, &inside);
            }
            let (place, count) = (place as u32, count as u32);
            lines.push(TreeLine { id, label, note, tone, within, has_children, place, count });
        }
        Self(lines)
    }
}

/// Adds siblings, so that the first one is taken first.
fn queue(next: &mut Vec<(TreeNode, Vec<String>, usize, usize)>, siblings: Vec<TreeNode>, within: &[String]) {
    let count = siblings.len();
    next.extend(siblings.into_iter().enumerate().rev().map(|(at, node)| (node, within.to_vec(), at + 1, count)));
}

impl Listed for TreeNodes {
    type Item = TreeLine;
}

impl Options<String> for TreeNodes {
    fn has(&self, id: &String) -> bool {
        self.0.iter().any(|line| line.id == *id)
    }
}

impl Options<Vec<String>> for TreeNodes {
    fn has(&self, ids: &Vec<String>) -> bool {
        let known: std::collections::BTreeSet<&str> = self.0.iter().map(|line| &*line.id).collect();
        let mut seen = std::collections::BTreeSet::new();
        ids.iter().all(|id| known.contains(&**id) && seen.insert(id))
    }
}

impl Tree {
    /// Sets the nodes.
    #[must_use]
    pub fn nodes(mut self, nodes: impl IntoIterator<Item = TreeNode>) -> Self {
        self.nodes = nodes.into_iter().collect();
        self
    }

    /// Sets the ids of the nodes that are open at the start.
    #[must_use]
    pub fn expanded(mut self, ids: impl IntoIterator<Item = impl IntoValue<String>>) -> Self {
        self.expanded = ids.into_iter().map(IntoValue::into_value).collect();
        self
    }
}

/// What a line of a tree is for a screen reader.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) id: Bound<String>,
    pub(super) within: Bound<Vec<String>>,
    pub(super) expanded: Bound<Vec<String>>,
    pub(super) has_children: Bound<bool>,
    pub(super) place: Bound<u32>,
    pub(super) count: Bound<u32>,
    /// Missing: lines are not selected.
    pub(super) selected: Option<Bound<String>>,
}

/// Records a line. `content` draws what is behind its arrow.
pub(super) fn line(look: &mut Look, at: Place, tone: Option<Bound<Tone>>, content: impl FnOnce(&mut Look)) {
    let Place { id, within, expanded, has_children, place, count, selected } = at;
    let line = look
        .tag("div")
        .attr("class", "dd-tree-line")
        .attr("role", "treeitem")
        .attr("data-node", id)
        .attr("aria-level", within.count() + 1.0)
        .attr("aria-posinset", place)
        .attr("aria-setsize", count)
        .attr("aria-expanded", has_children.gives(expanded.has(id).choose("true", "false")))
        .flag("hidden", expanded.has_all(within).not());
    let line = match selected {
        Some(selected) => line.attr("aria-selected", selected.is(id).choose("true", "false")),
        None => line,
    };
    let line = match tone {
        Some(tone) => line.attr("data-tone", tone),
        None => line,
    };
    line.inner(|look| {
        look.each(within, |_, look| look.tag("span").attr("class", "dd-tree-indent").empty());
        look.tag("span").attr("class", "dd-tree-arrow").inner(|look| {
            look.when(has_children, |look| {
                let arrow = look.tag("svg").attr("viewBox", "0 0 16 16").attr("aria-hidden", "true");
                arrow.inner(|look| look.tag("path").attr("d", "M6 4l4 4-4 4").empty());
            });
        });
        content(look);
    });
}

/// Records the frame of a tree.
pub(super) fn frame(look: &mut Look, label: Bound<String>, total: Bound<f64>, lines: impl FnOnce(&mut Look)) {
    look.tag("span").attr("class", "dd-label dd-field-label").text(label);
    // The focus stays here, and the active line is named by an attribute.
    let tree = look.tag("div").attr("class", "dd-tree").attr("role", "tree").attr("tabindex", "0");
    tree.attr("aria-label", label.or(words_of_id())).inner(lines);
    let over = total - MOST as f64;
    let more = over.is_above(0).choose(over.number(0).then(" more are not shown"), "");
    look.tag("div").attr("class", "dd-tree-note").text(total.reaches(1).choose(more, "Nothing to show"));
}

impl View for Tree {
    fn view(p: TreeBound, look: &mut Look) {
        let lines = p.nodes.listed();
        frame(look, p.label, lines.count(), |look| {
            let id = |item: Item<TreeLine>| field!(item.value, TreeLine.id);
            look.each_by(lines.first(MOST as f64), id, |item, look| {
                let at = Place {
                    id: id(item),
                    within: field!(item.value, TreeLine.within),
                    expanded: p.expanded,
                    has_children: field!(item.value, TreeLine.has_children),
                    place: field!(item.value, TreeLine.place),
                    count: field!(item.value, TreeLine.count),
                    selected: Some(p.selected),
                };
                let tone = field!(item.value, TreeLine.tone);
                line(look, at, Some(tone), |look| {
                    look.when(tone.is("neutral").not(), |look| mark(tone, look));
                    look.tag("span").attr("class", "dd-tree-label").text(field!(item.value, TreeLine.label));
                    look.tag("span").attr("class", "dd-tree-value").text(field!(item.value, TreeLine.note));
                    look.tag("span").attr("class", "dd-spoken").text(spoken(tone));
                });
            });
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::testing::{assert_has, component, drawn};

    fn tree() -> Tree {
        let motors = TreeNode::new("m", "Motors <1>")
            .children([TreeNode::new("l", "Left").note("31 °C"), TreeNode::new("r", "Right").tone(Tone::Bad)]);
        component::<Tree>().nodes([motors, TreeNode::new("p", "Pump")])
    }

    #[test]
    fn the_children_of_a_closed_node_are_hidden_and_each_line_tells_its_place() {
        let line = |id: &str, level: u8, place: u8, rest: &str| {
            format!("data-node=\"{id}\" aria-level=\"{level}\" aria-posinset=\"{place}\" aria-setsize=\"2\"{rest}")
        };
        let closed = [
            line("m", 1, 1, " aria-expanded=\"false\" aria-selected=\"false\""),
            ">Motors &lt;1&gt;<".to_owned(),
            line("l", 2, 1, " hidden"),
            line("r", 2, 2, " hidden"),
            line("p", 1, 2, " aria-selected=\"false\""),
        ];
        assert_has(&tree(), &closed.each_ref().map(String::as_str));
        let open = [
            line("m", 1, 1, " aria-expanded=\"true\""),
            line("l", 2, 1, " aria-selected=\"true\""),
            ">31 °C<".to_owned(),
            line("r", 2, 2, " aria-selected=\"false\" data-tone=\"bad\""),
            ">, alarm<".to_owned(),
        ];
        assert_has(&tree().expanded(["m"]).selected("l"), &open.each_ref().map(String::as_str));
        assert!(!drawn(&tree().expanded(["m"])).contains(" hidden"));
        assert_has(&component::<Tree>(), &[">Nothing to show<"]);
    }

    #[test]
    fn only_ids_of_nodes_are_taken_and_each_once() {
        let nodes = tree().nodes;
        let has = |ids: &[&str]| nodes.has(&ids.iter().map(|&id| id.to_owned()).collect::<Vec<_>>());
        assert!(has(&[]) && has(&["r", "m"]));
        assert!(!has(&["x"]) && !has(&["m", "m"]));
        assert!(nodes.has(&"r".to_owned()) && !nodes.has(&String::new()));
    }

    #[test]
    fn a_tree_that_is_too_large_or_too_deep_is_cut_with_a_word_about_it() {
        let wide = (0..MOST + 34).map(|n| TreeNode::new(n.to_string(), "x"));
        let drawn = drawn(&component::<Tree>().nodes(wide));
        assert_eq!(drawn.matches("role=\"treeitem\"").count(), MOST);
        assert!(drawn.contains(">34 more are not shown<"), "{}", &drawn[drawn.len() - 200..]);
        let mut deep = TreeNode::new("0", "x");
        for level in 1..1000 {
            deep = TreeNode::new(level.to_string(), "x").children([deep]);
        }
        let lines = TreeNodes::from_iter([deep]).0;
        assert_eq!((lines.len(), &*lines[DEEPEST - 1].label), (DEEPEST, "… 1 in it"));
    }
}
