//! Operations for browsers: an edit as JSON that changes JSON.
//!
//! | operation | |
//! | --- | --- |
//! | `[path,value]` | Sets the value at `path`. |
//! | `[path,value,"next"]` | The same for a new member of an object, which is inserted before the member `next`. |
//! | `[path]` | Removes the member at `path`. |
//! | `[path,at,gone,[items]]` | In the list at `path`, replaces `gone` items from index `at` on by `items`. |
//!
//! A path is a list of keys and indices, such as `["data",0,"y"]`. `[]` is the value itself.

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
    /// With a comma after each operation.
    text: String,
    whole: bool,
    replaced: bool,
}

impl Ops {
    /// Sets the value at `path` to `json`.
    pub(super) fn set(&mut self, path: &[At<'_>], json: &str) {
        self.write(path, |text| _ = write!(text, ",{json}"));
    }

    /// Sets the member `key` of the object at `path`. For a new member, `next` is the member that follows it, if there
    /// is one.
    pub(super) fn member(&mut self, path: &[At<'_>], key: &str, json: &str, next: Option<&str>) {
        let path = [path, &[At::Key(key)]].concat();
        self.write(&path, |text| {
            let _ = write!(text, ",{json}");
            if let Some(next) = next {
                let _ = write!(text, ",{}", quoted(next));
            }
        });
    }

    /// Removes the member at `path`.
    pub(super) fn remove(&mut self, path: &[At<'_>]) {
        self.write(path, |_| ());
    }

    /// In the list at `path`, replaces `gone` items from index `at` on.
    pub(super) fn splice(&mut self, path: &[At<'_>], at: usize, gone: usize, items: &[&str]) {
        self.write(path, |text| _ = write!(text, ",{at},{gone},[{}]", items.join(",")));
    }

    /// Sends the whole value, because no operations are shorter.
    pub(super) fn whole(&mut self) {
        self.whole = true;
        self.text.clear();
    }

    /// Sends the whole value, which does not depend on the previous one.
    pub(super) fn replaced(&mut self) {
        self.replaced = true;
        self.whole();
    }

    /// Appends the operations that change one text into the other.
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

    /// The length of the operations, for [`cut`](Self::cut).
    pub(super) fn len(&self) -> usize {
        self.text.len()
    }

    /// Removes the operations after the first `len` bytes.
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

/// The JSON text, or the error message for the author of the edit.
pub(super) fn encoded(value: &impl Serialize) -> Result<String, String> {
    serde_json::to_string(value).map_err(|error| format!("the value cannot be written as JSON: {error}"))
}
