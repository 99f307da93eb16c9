use dash_macros::{Component, value};
use dash_runtime::{
    component::prelude::*,
    look::{Item, Listed},
};
use serde::Serialize;
use serde_json::Value as Any;

use super::{
    field,
    tree::{DEEPEST, MOST, Place, frame, line},
};

/// The largest number of fields or items of one value that are shown.
const MOST_INSIDE: usize = 100;
/// The largest number of characters of a text that are shown.
const LONGEST: usize = 500;

/// A value with all that is in it, to look into: the answer of a device, a configuration, a message.
///
/// Fields are in the order in which serde_json keeps them: by name, unless its feature `preserve_order` is on. Each person
/// opens and closes parts of it on the own page. Numbers keep all their digits. Of a large value the first
/// 100 parts of each object and each list are shown, at most 2000 in all, and a line says how many others there are.
///
/// ```
/// # use dash_components::{Json, JsonTree};
/// # use serde::Serialize;
/// #[derive(Serialize)]
/// struct State {
///     mode: &'static str,
///     volts: [f64; 2],
/// }
/// // A callback with `output = Ui::state.value`:
/// fn read() -> Result<JsonTree, serde_json::Error> {
///     JsonTree::of(&State { mode: "charging", volts: [11.9, 12.1] })
/// }
/// # assert!(read().is_ok());
/// # fn of(state: Json) -> Json {
/// state.label("State").expanded(["/volts"])
/// # }
/// ```
#[derive(Component)]
#[component(tag = "dd-json", script = "json.js", style = "tree.css", bundled)]
pub struct Json {
    id: ComponentId,
    /// The value. Default: none, shown as "Nothing to show". Callbacks write it.
    value: JsonTree,
    /// What is open at first, as JSON pointers (RFC 6901): `/motors/0` is the first item of the field `motors`. Default:
    /// none, so that only the outermost fields are visible.
    #[prop(no_setter)]
    expanded: Vec<String>,
    /// The visible name above the value. Empty (the default): no visible name.
    label: String,
}

/// The value of a [`Json`], as a property has it.
#[value]
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[serde(transparent)]
pub struct JsonTree(Vec<JsonLine>);

/// A part of a value as a line of the page: a look has no recursion.
#[value]
#[derive(Debug, Clone, PartialEq, Eq)]
#[doc(hidden)]
pub struct JsonLine {
    /// The JSON pointer.
    id: String,
    key: String,
    text: String,
    kind: JsonKind,
    /// The pointers of the values around it, the outermost first.
    within: Vec<String>,
    has_children: bool,
    place: u32,
    count: u32,
}

/// What a line shows.
#[value]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
#[doc(hidden)]
pub(crate) enum JsonKind {
    Null,
    Truth,
    Number,
    String,
    /// How much is in an object or in a list.
    Inside,
    /// That something is not shown.
    Cut,
}

impl JsonTree {
    /// The value as serde writes it.
    ///
    /// # Errors
    /// If serde cannot write it as JSON: a map whose keys are not strings, or a `Serialize` that returns an error.
    pub fn of<T: Serialize + ?Sized>(value: &T) -> Result<Self, serde_json::Error> {
        Ok(serde_json::to_value(value)?.into())
    }
}

impl From<Any> for JsonTree {
    fn from(value: Any) -> Self {
        let mut lines = Vec::new();
        let parts = parts_of(&value);
        if parts.is_empty() {
            let (text, kind) = text_of(&value);
            let (id, key, within) = (String::new(), String::new(), Vec::new());
            lines.push(JsonLine { id, key, text, kind, within, has_children: false, place: 1, count: 1 });
        } else {
            write(&parts, "", &[], &mut lines);
        }
        Self(lines)
    }
}

/// The fields of an object or the items of a list, with their names.
fn parts_of(value: &Any) -> Vec<(String, &Any)> {
    match value {
        Any::Object(fields) => fields.iter().map(|(name, value)| (name.clone(), value)).collect(),
        Any::Array(items) => items.iter().enumerate().map(|(at, value)| (at.to_string(), value)).collect(),
        Any::Null | Any::Bool(_) | Any::Number(_) | Any::String(_) => Vec::new(),
    }
}

/// Adds the parts of one value, and what is in them.
fn write(parts: &[(String, &Any)], pointer: &str, within: &[String], lines: &mut Vec<JsonLine>) {
    let shown = if within.len() + 1 < DEEPEST { parts.len().min(MOST_INSIDE) } else { 0 };
    let count = (shown + usize::from(shown < parts.len())) as u32;
    for (at, (key, value)) in parts[..shown].iter().enumerate() {
        if lines.len() >= MOST {
            lines.push(cut(parts.len() - at, pointer, within, at as u32 + 1, at as u32 + 1));
            return;
        }
        let id = format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"));
        let inside = parts_of(value);
        let (text, kind) = text_of(value);
        let line = JsonLine {
            id: id.clone(),
            key: key.clone(),
            text,
            kind,
            within: within.to_vec(),
            has_children: !inside.is_empty(),
            place: at as u32 + 1,
            count,
        };
        lines.push(line);
        if !inside.is_empty() {
            let within: Vec<String> = within.iter().cloned().chain([id.clone()]).collect();
            write(&inside, &id, &within, lines);
        }
    }
    if shown < parts.len() {
        lines.push(cut(parts.len() - shown, pointer, within, count, count));
    }
}

/// A line that tells of parts that are not shown. No pointer ends with a tilde.
fn cut(more: usize, pointer: &str, within: &[String], place: u32, count: u32) -> JsonLine {
    let text = format!("… {more} more");
    let (id, within) = (format!("{pointer}/~"), within.to_vec());
    JsonLine { id, key: String::new(), text, kind: JsonKind::Cut, within, has_children: false, place, count }
}

fn text_of(value: &Any) -> (String, JsonKind) {
    let many = |count: usize, one: &str| format!("{count} {one}{}", if count == 1 { "" } else { "s" });
    match value {
        Any::Null => ("null".to_owned(), JsonKind::Null),
        Any::Bool(truth) => (truth.to_string(), JsonKind::Truth),
        Any::Number(number) => (number.to_string(), JsonKind::Number),
        Any::String(text) => (quoted(text), JsonKind::String),
        Any::Array(items) if items.is_empty() => ("[]".to_owned(), JsonKind::Inside),
        Any::Object(fields) if fields.is_empty() => ("{}".to_owned(), JsonKind::Inside),
        Any::Array(items) => (many(items.len(), "item"), JsonKind::Inside),
        Any::Object(fields) => (many(fields.len(), "field"), JsonKind::Inside),
    }
}

/// A text as JSON has it. A long one is cut.
fn quoted(text: &str) -> String {
    let length = text.chars().count();
    let start: String = text.chars().take(LONGEST).collect();
    let quoted = Any::String(start).to_string();
    if length > LONGEST { format!("{quoted} … {length} characters") } else { quoted }
}

impl Listed for JsonTree {
    type Item = JsonLine;
}

impl Json {
    /// Sets what is open at first, as JSON pointers.
    #[must_use]
    pub fn expanded(mut self, pointers: impl IntoIterator<Item = impl IntoValue<String>>) -> Self {
        self.expanded = pointers.into_iter().map(IntoValue::into_value).collect();
        self
    }
}

impl View for Json {
    fn view(p: JsonBound, look: &mut Look) {
        look.tag("div").attr("class", "dd-json").inner(|look| {
            let lines = p.value.listed();
            // The lines themselves say what is not shown.
            frame(look, p.label, lines.count().at_most(MOST as f64), |look| {
                let id = |item: Item<JsonLine>| field!(item.value, JsonLine.id);
                look.each_by(lines, id, |item, look| {
                    let at = Place {
                        id: id(item),
                        within: field!(item.value, JsonLine.within),
                        expanded: p.expanded,
                        has_children: field!(item.value, JsonLine.has_children),
                        place: field!(item.value, JsonLine.place),
                        count: field!(item.value, JsonLine.count),
                        selected: None,
                    };
                    line(look, at, None, |look| {
                        look.tag("span").attr("class", "dd-tree-label").text(field!(item.value, JsonLine.key));
                        let text = look.tag("span").attr("class", "dd-tree-value");
                        text.attr("data-kind", field!(item.value, JsonLine.kind))
                            .text(field!(item.value, JsonLine.text));
                    });
                });
            });
        });
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::core::testing::{assert_has, component, drawn};

    /// The pointers and the texts.
    fn lines(value: Any) -> Vec<(String, String)> {
        JsonTree::from(value).0.into_iter().map(|line| (line.id, line.text)).collect()
    }

    fn texts(value: Any) -> Vec<String> {
        lines(value).into_iter().map(|(_, text)| text).collect()
    }

    #[test]
    fn each_part_is_a_line_with_its_pointer() {
        let value = json!({ "a": { "b/c": [1, null] }, "d~": "<x>", "e": [], "f": {}, "g": true });
        let expected = [
            ("/a", "1 field"),
            ("/a/b~1c", "2 items"),
            ("/a/b~1c/0", "1"),
            ("/a/b~1c/1", "null"),
            ("/d~0", "\"<x>\""),
            ("/e", "[]"),
            ("/f", "{}"),
            ("/g", "true"),
        ];
        assert_eq!(lines(value.clone()), expected.map(|(id, text)| (id.to_owned(), text.to_owned())));
        let drawn = [
            "data-node=\"/a\" aria-level=\"1\" aria-posinset=\"1\" aria-setsize=\"5\" aria-expanded=\"true\">",
            "data-node=\"/a/b~1c\" aria-level=\"2\" aria-posinset=\"1\" aria-setsize=\"1\" aria-expanded=\"false\">",
            "data-node=\"/a/b~1c/0\" aria-level=\"3\" aria-posinset=\"1\" aria-setsize=\"2\" hidden>",
            "data-kind=\"string\">&quot;&lt;x&gt;&quot;<",
        ];
        assert_has(&component::<Json>().value(value).expanded(["/a"]), &drawn);
    }

    #[test]
    fn a_value_without_parts_is_one_line_and_no_value_is_told() {
        assert_eq!(texts(json!(3)), ["3"]);
        assert_eq!(texts(json!({})), ["{}"]);
        assert_has(&component::<Json>(), &[">Nothing to show<"]);
    }

    #[test]
    fn fault_large_whole_numbers_lose_their_digits() {
        assert_eq!(
            texts(json!([u64::MAX, i64::MIN, 9_007_199_254_740_993_u64])),
            ["18446744073709551615", "-9223372036854775808", "9007199254740993"]
        );
        assert_eq!(JsonTree::of(&f64::NAN).unwrap().0[0].text, "null");
    }

    #[test]
    fn a_large_value_is_cut_with_a_word_about_it() {
        let wide = texts(json!((0..1234).collect::<Vec<u32>>()));
        assert_eq!((wide.len(), wide.last().map(String::as_str)), (MOST_INSIDE + 1, Some("… 1134 more")));
        let long = texts(json!("é".repeat(1200)));
        assert!(long[0].ends_with("é\" … 1200 characters") && long[0].chars().count() < 530, "{long:?}");
        // A hundred lists of a hundred items.
        let square = JsonTree::from(json!(vec![vec![7; 100]; 100])).0;
        assert!(square.len() <= MOST + 3, "{}", square.len());
        assert_eq!(square.last().map(|line| &*line.text), Some("… 80 more"));
        let html = drawn(&component::<Json>().value(JsonTree(square)));
        assert!(html.contains("… 80 more") && !html.contains("not shown"));
        let mut deep = json!(1);
        for _ in 0..100 {
            deep = json!([deep]);
        }
        let deep = texts(deep);
        assert_eq!((deep.len(), deep.last().map(String::as_str)), (DEEPEST, Some("… 1 more")));
    }

    #[test]
    fn what_serde_cannot_write_is_an_error() {
        let map = std::collections::BTreeMap::from([((1, 2), 3)]);
        assert!(JsonTree::of(&map).is_err());
    }
}
