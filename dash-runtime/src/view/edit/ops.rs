//! Operations for browsers: what an edit did, as JSON that changes JSON.
//!
//! | operation | |
//! | --- | --- |
//! | `[path,value]` | At `path` there is now `value`. |
//! | `[path,value,"next"]` | The same, for a new member of an object, which stands before the member `next`. |
//! | `[path]` | The member at `path` is gone. |
//! | `[path,at,gone,[items]]` | Of the list at `path`, `gone` items from `at` on are replaced by `items`. |
//!
//! A path is a list of keys and places: `["data",0,"y"]`; `[]` is the value itself.

use std::{fmt::Write as _, sync::Arc};

use serde::Serialize;

use super::{Change, difference::difference};
use crate::protocol::server::quoted;

/// One step of a path.
#[derive(Debug, Clone, Copy)]
pub(super) enum At<'a> {
    Key(&'a str),
    Index(usize),
}

/// The operations of one edit.
#[derive(Debug, Default)]
pub(super) struct Ops {
    /// Each followed by a comma.
    text: String,
    whole: bool,
    replaced: bool,
}

impl Ops {
    /// At `path` there is now `json`.
    pub(super) fn set(&mut self, path: &[At<'_>], json: &str) {
        self.write(path, |text| _ = write!(text, ",{json}"));
    }

    /// The object at `path` has the member `key`, a new one if the member that follows it is given.
    pub(super) fn member(&mut self, path: &[At<'_>], key: &str, json: &str, next: Option<&str>) {
        let path = [path, &[At::Key(key)]].concat();
        self.write(&path, |text| {
            let _ = write!(text, ",{json}");
            if let Some(next) = next {
                let _ = write!(text, ",{}", quoted(next));
            }
        });
    }

    /// The member at `path` is gone.
    pub(super) fn remove(&mut self, path: &[At<'_>]) {
        self.write(path, |_| ());
    }

    /// Of the list at `path`, `gone` items from `at` on are replaced.
    pub(super) fn splice(&mut self, path: &[At<'_>], at: usize, gone: usize, items: &[&str]) {
        self.write(path, |text| _ = write!(text, ",{at},{gone},[{}]", items.join(",")));
    }

    /// Nothing shorter than the whole value says what happened.
    pub(super) fn whole(&mut self) {
        self.whole = true;
        self.text.clear();
    }

    /// The value has nothing to do with the one from before.
    pub(super) fn replaced(&mut self) {
        self.replaced = true;
        self.whole();
    }

    /// What leads from the one text to the other.
    pub(super) fn difference(&mut self, before: &str, after: &str) {
        if self.whole {
            return;
        }
        let start = self.len();
        difference(&[], before, after, self);
        if self.len() - start >= after.len() {
            self.whole();
        }
    }

    /// How long the operations are, to compare before [`cut`](Self::cut).
    pub(super) fn len(&self) -> usize {
        self.text.len()
    }

    /// Forgets what was written after the text was `len` long.
    pub(super) fn cut(&mut self, len: usize) {
        self.text.truncate(len);
    }

    pub(super) fn finish(mut self) -> Change {
        if self.replaced {
            return Change::Replaced;
        }
        if self.whole {
            return Change::Whole;
        }
        match self.text.pop() {
            Some(_) => Change::Ops(Arc::from(self.text)),
            None => Change::Nothing,
        }
    }

    fn write(&mut self, path: &[At<'_>], rest: impl FnOnce(&mut String)) {
        if self.whole {
            return;
        }
        self.text.push_str("[[");
        for (place, at) in path.iter().enumerate() {
            let comma = if place == 0 { "" } else { "," };
            // Writing to a string cannot fail.
            let _ = match at {
                At::Key(key) => write!(self.text, "{comma}{}", quoted(key)),
                At::Index(index) => write!(self.text, "{comma}{index}"),
            };
        }
        self.text.push(']');
        rest(&mut self.text);
        self.text.push_str("],");
    }
}

/// The JSON text, or what to tell whoever's edit this is.
pub(super) fn encoded(value: &impl Serialize) -> Result<String, String> {
    serde_json::to_string(value).map_err(|error| format!("the value cannot be written as JSON: {error}"))
}
