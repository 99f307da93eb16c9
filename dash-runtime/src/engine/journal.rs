//! The last edits of a value. A client that is only a little behind gets these edits instead of the whole value.

use std::{collections::VecDeque, sync::Arc};

use crate::{
    edit::Change,
    protocol::limits::{EDIT_BYTES, EDITS},
    value::Value,
};

/// Edits up to this size are sent without a comparison with the size of the whole value. In bytes.
const SMALL_EDITS: usize = 1024;

/// Edits with their revisions, the oldest first.
#[derive(Debug, Clone, Default)]
pub(crate) struct Journal {
    edits: VecDeque<(u64, Arc<str>)>,
    /// The size of all edits together.
    bytes: usize,
    /// A client with an older revision than this needs the whole value.
    since: u64,
    /// The revision of the last write that was not an edit of the value before it.
    written: u64,
}

impl Journal {
    pub(crate) const fn new() -> Self {
        Self { edits: VecDeque::new(), bytes: 0, since: 0, written: 0 }
    }

    /// The value was replaced at `rev`.
    pub(crate) fn write(&mut self, rev: u64) {
        *self = Self { since: rev, written: rev, ..Self::new() };
    }

    /// The revision of the last write or edit.
    pub(crate) fn newest(&self) -> u64 {
        self.edits.back().map_or(self.since, |(rev, _)| *rev)
    }

    /// Whether the value still contains the edit that was made at `rev`.
    pub(crate) const fn contains_edit(&self, rev: u64) -> bool {
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
                // The newest edit is always kept: it is shorter than the value that contains it.
                while (self.edits.len() > EDITS || self.bytes > EDIT_BYTES) && self.edits.len() > 1 {
                    if let Some((rev, ops)) = self.edits.pop_front() {
                        self.bytes -= ops.len();
                        self.since = rev;
                    }
                }
            }
        }
    }

    /// The edits that update a client from revision `from` to `value`. `None` if the client needs the whole value.
    pub(crate) fn since(&self, from: u64, value: &Value) -> Option<String> {
        if from == 0 || from < self.since {
            return None;
        }
        let first = self.edits.partition_point(|(rev, _)| *rev <= from);
        let new: Vec<&str> = self.edits.range(first..).map(|(_, ops)| &**ops).collect();
        let ops = new.join(",");
        // For a small value with many edits, the whole value may be shorter. For a single edit, or few bytes, the
        // comparison is skipped, because it would encode a value that may be large.
        (new.len() < 2 || ops.len() <= SMALL_EDITS || ops.len() < value.json().len()).then_some(ops)
    }
}
