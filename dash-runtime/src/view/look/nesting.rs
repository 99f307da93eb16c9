//! Which element may stand in which.
//!
//! The server writes a look as HTML, and the browser's script finds its elements by their places. A parser moves
//! elements that stand where they are not allowed. So the view is refused if it has such an element.

/// What a parser would do with `name` inside `ancestors`, outermost first. `None`: it leaves the element where it is.
pub(super) fn fault_of(name: &str, ancestors: &[&'static str]) -> Option<String> {
    let parent = ancestors.last().copied().unwrap_or_default();
    let refused = |why: &str| Some(format!("`{name}` cannot be in `{parent}`: {why}"));
    if !is_written_as_parsed(name, name == "svg" || is_in_svg(ancestors), CAMEL_CASE_ELEMENTS) {
        return Some(format!("`{name}` is not the name of an element as a browser writes it, with small letters"));
    }
    if name.contains('-') {
        return Some(format!("`{name}` is a component, and a view cannot contain another component"));
    }
    if is_in_svg(ancestors) {
        return NOT_IN_SVG
            .contains(&name)
            .then(|| format!("`{name}` cannot be in an `svg`: the browser ends the drawing"));
    }
    if SVG_ONLY.contains(&name) {
        return Some(format!("`{name}` must be in an `svg`"));
    }
    if matches!(name, "html" | "head" | "body" | "frameset" | "title") {
        return Some(format!("`{name}` belongs to the document and cannot be in a component"));
    }
    if READ_IN_ANOTHER_WAY.contains(&name) {
        return Some(format!("the browser reads `{name}` in another way than it is written"));
    }
    if let Some((_, parents)) = NEEDS.iter().find(|(child, _)| *child == name)
        && !parents.contains(&parent)
    {
        return Some(format!("`{name}` must be directly in {}: the browser would drop it", listed(parents)));
    }
    if let Some((_, children)) = HAS_ONLY.iter().find(|(element, _)| *element == parent)
        && !children.contains(&name)
    {
        return refused("the browser would move it out of the table or the list of options");
    }
    if ancestors.contains(&"p") && ENDS_A_PARAGRAPH.contains(&name) {
        return Some(format!("`{name}` cannot be in a `p`: the browser ends the paragraph before it"));
    }
    if matches!(name, "a" | "button" | "form" | "option" | "select") && ancestors.contains(&name) {
        return Some(format!("a `{name}` cannot be in another `{name}`: the browser ends the outer one"));
    }
    if is_heading(name) && is_heading(parent) {
        return refused("the browser ends the outer heading");
    }
    if matches!(name, "li" | "dt" | "dd") && matches!(parent, "li" | "dt" | "dd") {
        return refused("the browser ends the outer item; put a list between them");
    }
    None
}

/// What a browser would do with the name of an attribute. `None`: it leaves it as it is.
pub(super) fn fault_of_attribute(name: &str, in_svg: bool) -> Option<String> {
    let is_name =
        !name.is_empty() && name.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_:.".contains(letter));
    if !is_name {
        return Some(format!("`{name}` is not the name of an attribute"));
    }
    (!is_written_as_parsed(name, in_svg, CAMEL_CASE_ATTRIBUTES))
        .then(|| format!("`{name}` is not the name of an attribute as a browser writes it, with small letters"))
}

/// A parser writes names with small letters. Only some names in drawings have capitals.
fn is_written_as_parsed(name: &str, in_svg: bool, camel_case: &[&str]) -> bool {
    !name.contains(|letter: char| letter.is_ascii_uppercase()) || in_svg && camel_case.contains(&name)
}

/// Whether text in this element would be moved out of it.
pub(super) fn refuses_text(parent: &str) -> bool {
    HAS_ONLY.iter().any(|(element, _)| *element == parent)
}

/// Whether the element never has content.
pub(super) fn is_void(name: &str) -> bool {
    matches!(
        name,
        "area" | "br" | "col" | "embed" | "hr" | "img" | "input" | "link" | "meta" | "source" | "track" | "wbr"
    )
}

/// Whether a child of the innermost of these elements is a part of a drawing.
pub(super) fn is_in_svg(ancestors: &[&'static str]) -> bool {
    let inside = |name: &&&str| matches!(**name, "svg" | "foreignObject");
    ancestors.iter().rev().find(inside).is_some_and(|name| *name == "svg")
}

fn is_heading(name: &str) -> bool {
    matches!(name, "h1" | "h2" | "h3" | "h4" | "h5" | "h6")
}

fn listed(names: &[&str]) -> String {
    let names: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    names.join(" or ")
}

/// Elements that a parser drops unless they are directly in one of these.
const NEEDS: &[(&str, &[&str])] = &[
    ("caption", &["table"]),
    ("colgroup", &["table"]),
    ("col", &["colgroup"]),
    ("thead", &["table"]),
    ("tbody", &["table"]),
    ("tfoot", &["table"]),
    ("tr", &["thead", "tbody", "tfoot"]),
    ("td", &["tr"]),
    ("th", &["tr"]),
];

/// Elements that have only these children.
const HAS_ONLY: &[(&str, &[&str])] = &[
    ("table", &["caption", "colgroup", "thead", "tbody", "tfoot"]),
    ("thead", &["tr"]),
    ("tbody", &["tr"]),
    ("tfoot", &["tr"]),
    ("tr", &["td", "th"]),
    ("colgroup", &["col"]),
    ("select", &["option", "optgroup"]),
    ("optgroup", &["option"]),
    ("option", &[]),
    ("textarea", &[]),
];

/// Elements before which a parser ends an open `p`.
const ENDS_A_PARAGRAPH: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "dd",
    "details",
    "dialog",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "li",
    "main",
    "menu",
    "nav",
    "ol",
    "p",
    "pre",
    "search",
    "section",
    "summary",
    "table",
    "ul",
];

/// Elements whose content a parser does not keep as elements, or that it renames.
const READ_IN_ANOTHER_WAY: &[&str] =
    &["image", "listing", "math", "noembed", "noframes", "noscript", "plaintext", "pre", "template", "xmp"];

const CAMEL_CASE_ELEMENTS: &[&str] = &["clipPath", "foreignObject", "linearGradient", "radialGradient", "textPath"];

const CAMEL_CASE_ATTRIBUTES: &[&str] = &[
    "clipPathUnits",
    "gradientTransform",
    "gradientUnits",
    "lengthAdjust",
    "markerHeight",
    "markerUnits",
    "markerWidth",
    "maskContentUnits",
    "maskUnits",
    "pathLength",
    "patternContentUnits",
    "patternTransform",
    "patternUnits",
    "preserveAspectRatio",
    "refX",
    "refY",
    "spreadMethod",
    "startOffset",
    "textLength",
    "viewBox",
];

/// Elements of HTML that end a drawing.
const NOT_IN_SVG: &[&str] = &[
    "b",
    "big",
    "blockquote",
    "body",
    "br",
    "center",
    "code",
    "dd",
    "div",
    "dl",
    "dt",
    "em",
    "embed",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "hr",
    "i",
    "img",
    "li",
    "menu",
    "meta",
    "nobr",
    "ol",
    "p",
    "pre",
    "ruby",
    "s",
    "small",
    "span",
    "strike",
    "strong",
    "sub",
    "sup",
    "table",
    "tt",
    "u",
    "ul",
    "var",
];

/// Elements of drawings that mean nothing in HTML.
const SVG_ONLY: &[&str] = &[
    "circle",
    "clipPath",
    "defs",
    "ellipse",
    "foreignObject",
    "g",
    "line",
    "linearGradient",
    "marker",
    "mask",
    "path",
    "pattern",
    "polygon",
    "polyline",
    "radialGradient",
    "rect",
    "stop",
    "symbol",
    "text",
    "tspan",
    "use",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_parser_would_move_is_refused() {
        for (name, ancestors, says) in [
            ("div", &["p"][..], "the browser ends the paragraph"),
            ("tr", &["table"], "`tr` must be directly in `thead` or `tbody` or `tfoot`"),
            ("td", &["div"], "`td` must be directly in `tr`"),
            ("div", &["table"], "move it out of the table"),
            ("button", &["button", "span"], "a `button` cannot be in another `button`"),
            ("div", &["svg", "g"], "the browser ends the drawing"),
            ("rect", &["div"], "must be in an `svg`"),
            ("h2", &["h1"], "the outer heading"),
            ("li", &["ul", "li"], "put a list between them"),
            ("body", &[], "belongs to the document"),
            ("dd-text", &["div"], "is a component"),
            ("DIV", &[], "with small letters"),
            ("template", &[], "in another way"),
        ] {
            let fault = fault_of(name, ancestors).unwrap_or_default();
            assert!(fault.contains(says), "{name} in {ancestors:?}: {fault}");
        }
    }

    #[test]
    fn what_a_parser_leaves_alone_is_allowed() {
        for (name, ancestors) in [
            ("div", &[][..]),
            ("span", &["p"]),
            ("tr", &["table", "tbody"]),
            ("svg", &["p"]),
            ("text", &["svg", "g"]),
            ("div", &["svg", "foreignObject"]),
            ("li", &["ul", "li", "ul"]),
            ("option", &["select"]),
            ("clipPath", &["svg"]),
        ] {
            assert_eq!(fault_of(name, ancestors), None, "{name} in {ancestors:?}");
        }
        assert!(refuses_text("tr") && !refuses_text("td"));
        assert!(is_void("img") && !is_void("div"));
    }

    #[test]
    fn the_name_of_an_attribute_is_written_as_a_parser_writes_it() {
        for (name, in_svg) in [("viewBox", true), ("aria-label", false), ("data-x", true), ("xml:lang", true)] {
            assert_eq!(fault_of_attribute(name, in_svg), None, "{name}");
        }
        for (name, in_svg) in [("viewBox", false), ("dataX", true), ("", false), ("a b", false), ("a\"", false)] {
            assert!(fault_of_attribute(name, in_svg).is_some(), "{name}");
        }
    }
}
