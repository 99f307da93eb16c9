//! The body of a change, as JSON.
//!
//! | key | entries |
//! | --- | --- |
//! | `v` | `[place,value]` |
//! | `e` | `[place,[operations]]`, as pages get edits |
//! | `s` | `[place,replace,[[level,item]],new]`: items of a stream; with `replace` 1, in place of all before; the last `new` of them were not in the record before |
//! | `q` | `[place,why,refused]`: the quality; `why` is `null` for a good value |
//! | `x` | `place`: has changed, and is secret |
//!
//! A place is the number of a property in the header, or `[number,"key"]` in a row, with the JSON of the key.

use std::fmt::Write as _;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::{
    engine::recording::{Content, Recorded, RecordedChange},
    protocol::server::quoted,
};

/// A property in a record.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(untagged)]
pub(crate) enum Place {
    Prop(usize),
    /// A cell, in the row whose key has this JSON.
    Cell(usize, String),
}

impl Place {
    /// The number in the header.
    pub(crate) const fn number(&self) -> usize {
        match self {
            Self::Prop(number) | Self::Cell(number, _) => *number,
        }
    }

    /// The JSON of the key of its row.
    pub(crate) fn key(&self) -> Option<&str> {
        match self {
            Self::Prop(_) => None,
            Self::Cell(_, key) => Some(key),
        }
    }
}

/// Items of a stream, each with the level that is needed to see it.
type Items = Vec<(u8, Box<RawValue>)>;

/// The body as it is read.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Present {
    pub(crate) v: Vec<(Place, Box<RawValue>)>,
    pub(crate) e: Vec<(Place, Box<RawValue>)>,
    pub(crate) s: Vec<(Place, u8, Items, usize)>,
    pub(crate) q: Vec<(Place, Option<String>, u8)>,
    pub(crate) x: Vec<Place>,
}

/// Writes the body of a change. The JSON of its values is made here.
pub(super) fn written(recorded: &Recorded) -> Vec<u8> {
    let [mut v, mut e, mut s, mut q, mut x] = [const { String::new() }; 5];
    for change in &recorded.changes {
        let place = place(change);
        // Writing to a string cannot fail.
        match &change.content {
            Content::Same => {}
            Content::Value(value) => _ = write!(v, ",[{place},{}]", value.json()),
            Content::Edits(operations) => _ = write!(e, ",[{place},[{operations}]]"),
            Content::Items { replace, items, new } => {
                let items: Vec<_> = items.iter().map(|(level, item)| format!("[{level},{}]", item.json())).collect();
                let _ = write!(s, ",[{place},{},[{}],{new}]", u8::from(*replace), items.join(","));
            }
            Content::Secret => _ = write!(x, ",{place}"),
        }
        match &change.quality {
            None => {}
            Some(None) => _ = write!(q, ",[{place},null,0]"),
            Some(Some((why, refused))) => _ = write!(q, ",[{place},{},{}]", quoted(why), u8::from(*refused)),
        }
    }
    let parts = [("v", v), ("e", e), ("s", s), ("q", q), ("x", x)].into_iter().filter(|(_, list)| !list.is_empty());
    let parts: Vec<_> = parts.map(|(name, list)| format!("\"{name}\":[{}]", &list[1..])).collect();
    format!("{{{}}}", parts.join(",")).into_bytes()
}

fn place(change: &RecordedChange) -> String {
    match &change.key {
        None => change.prop.to_string(),
        Some(key) => format!("[{},{}]", change.prop, quoted(key.json())),
    }
}
