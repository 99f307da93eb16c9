//! The last edits of a value: what a client that is only a little behind is sent instead of the whole value.

use std::{collections::VecDeque, sync::Arc};

use crate::{
    edit::Change,
    protocol::limits::{EDIT_BYTES, EDITS},
    value::Value,
};

/// So many bytes are sent without a look at how long the whole value is.
const LITTLE: usize = 1024;

/// Edits with their revisions, the oldest first.
#[derive(Debug, Clone, Default)]
pub(crate) struct Journal {
    edits: VecDeque<(u64, Arc<str>)>,
    /// Of all edits together.
    bytes: usize,
    /// Who has an older revision than this needs the whole value.
    since: u64,
    /// When the value was written last that is not an edit of the one from before.
    written: u64,
}

impl Journal {
    pub(crate) const fn new() -> Self {
        Self { edits: VecDeque::new(), bytes: 0, since: 0, written: 0 }
    }

    /// Another value was written at `rev`.
    pub(crate) fn write(&mut self, rev: u64) {
        *self = Self { since: rev, written: rev, ..Self::new() };
    }

    /// Whether what was done at `rev` is still in the value.
    pub(crate) const fn has(&self, rev: u64) -> bool {
        self.written <= rev
    }

    /// The value was edited at `rev`.
    pub(crate) fn edit(&mut self, change: Change, rev: u64) {
        match change {
            Change::Nothing => {}
            Change::Whole => *self = Self { since: rev, written: self.written, ..Self::new() },
            Change::Replaced => self.write(rev),
            Change::Ops(ops) => {
                self.bytes += ops.len();
                self.edits.push_back((rev, ops));
                // The newest is kept however long it is: it is shorter than the value that it is a part of.
                while (self.edits.len() > EDITS || self.bytes > EDIT_BYTES) && self.edits.len() > 1 {
                    if let Some((rev, ops)) = self.edits.pop_front() {
                        self.bytes -= ops.len();
                        self.since = rev;
                    }
                }
            }
        }
    }

    /// The operations that bring somebody who has `value` as of revision `from` up to date, or `None` if that takes the
    /// whole value.
    pub(crate) fn since(&self, from: u64, value: &Value) -> Option<String> {
        if from == 0 || from < self.since {
            return None;
        }
        let first = self.edits.partition_point(|(rev, _)| *rev <= from);
        let new: Vec<&str> = self.edits.range(first..).map(|(_, ops)| &**ops).collect();
        let ops = new.join(",");
        // Of a value that is edited often and is not large, all of it may be less. For a single edit, or little, the text
        // of what may be a large value is not made to find out.
        (new.len() < 2 || ops.len() <= LITTLE || ops.len() < value.json().len()).then_some(ops)
    }
}
