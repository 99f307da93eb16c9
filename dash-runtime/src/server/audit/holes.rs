//! What is missing in the files: records that a file did not take, and lines that cannot be read.
//!
//! A file says how many records it did not take. A line that was cut off or damaged says nothing, so it counts as one record
//! at least. The records around a hole say when it was.

use serde::Deserialize;

use super::{Place, past::LATEST};

/// So many holes of a file are told apart. More are one with the last of them.
const MOST: usize = 1_000;

/// Records that are missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Hole {
    /// The time of what is before it in its file, in milliseconds since the Unix epoch. `None` at its begin.
    pub(crate) since: Option<u64>,
    /// The time of what is after it.
    pub(crate) until: u64,
    /// So many, or, of a damaged file, at least so many.
    pub(crate) records: u64,
    /// Whether lines cannot be read. Otherwise the file did not take them.
    pub(crate) is_damaged: bool,
}

impl Hole {
    /// Whether it is in this span, at least in part.
    pub(super) fn is_in(&self, span: &std::ops::Range<u64>) -> bool {
        self.until >= span.start && self.since.unwrap_or(self.until) < span.end
    }

    /// Its place among the records of this span, in which it is: at its end. No record has the number 0.
    pub(super) fn place(&self, span: &std::ops::Range<u64>) -> Place {
        (self.until.min(span.end.saturating_sub(1)), 0)
    }

    /// Both as one.
    pub(super) fn with(self, other: Self) -> Self {
        Self {
            since: self.since.zip(other.since).map(|(one, other)| one.min(other)),
            until: self.until.max(other.until),
            records: self.records.saturating_add(other.records),
            is_damaged: self.is_damaged || other.is_damaged,
        }
    }
}

/// The holes of a file, whose lines come in their order.
#[derive(Debug, Default)]
pub(super) struct Holes {
    known: Vec<Hole>,
    /// The time of the newest line that could be read.
    last: Option<u64>,
    /// Lines since then that could not be read.
    unread: u64,
}

/// The line that stands for records which the file did not take.
#[derive(Deserialize)]
struct Told {
    time: u64,
    outcome: String,
    times: u64,
}

impl Holes {
    /// A line of a record of this time.
    pub(super) fn record(&mut self, time: u64) {
        self.close(time, 0);
    }

    /// A line that is none of a record.
    pub(super) fn other(&mut self, line: &[u8]) {
        let told = serde_json::from_slice(line).ok();
        match told.filter(|told: &Told| told.outcome == "lost" && told.time <= LATEST) {
            Some(Told { time, times, .. }) => {
                // The part of a record that is before it is one of those that it counts.
                self.unread = self.unread.saturating_sub(1);
                self.close(time, times);
            }
            None if line.trim_ascii().is_empty() => {}
            None => self.unread += 1,
        }
    }

    fn close(&mut self, time: u64, told: u64) {
        let (since, unread) = (self.last.replace(time), std::mem::take(&mut self.unread));
        if told + unread > 0 {
            self.add(hole(since, time, told.saturating_add(unread), unread > 0));
        }
    }

    fn add(&mut self, new: Hole) {
        let is_full = self.known.len() >= MOST;
        match self.known.last_mut() {
            Some(last) if is_full => {
                *last = last.with(new);
            }
            _ => self.known.push(new),
        }
    }

    /// All of them. Nothing is after the last one yet.
    pub(super) fn all(&self) -> impl Iterator<Item = Hole> {
        let last = (self.unread > 0).then(|| hole(self.last, self.last.unwrap_or(0), self.unread, true));
        self.known.iter().copied().chain(last)
    }
}

/// Records have the times of their arrival, and lines the order in which commands have ended.
fn hole(since: Option<u64>, until: u64, records: u64, is_damaged: bool) -> Hole {
    Hole { since: since.map(|since| since.min(until)), until: since.unwrap_or(until).max(until), records, is_damaged }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lost(since: u64, until: u64, records: u64, is_damaged: bool) -> Hole {
        Hole { since: Some(since), until, records, is_damaged }
    }

    #[test]
    fn a_part_of_a_record_before_the_line_that_counts_it_is_counted_once() {
        let mut holes = Holes::default();
        holes.record(5);
        holes.other(b"{\"n\":1,\"ti\n");
        holes.other(b"{\"time\":9,\"outcome\":\"lost\",\"times\":3}\n");
        holes.other(b"\n");
        holes.record(11);
        holes.other(b"\xff\0\n");
        holes.other(b"{\"time\":9,\"outcome\":\"applied\"}\n");
        assert_eq!(holes.all().collect::<Vec<_>>(), [lost(5, 9, 3, false), lost(11, 11, 2, true)]);
        // A clock that was set back.
        holes.record(7);
        assert_eq!(holes.all().collect::<Vec<_>>(), [lost(5, 9, 3, false), lost(7, 11, 2, true)]);
    }

    #[test]
    fn a_file_with_garbage_in_every_second_line_needs_no_more_memory() {
        let mut holes = Holes::default();
        for time in 0..10_000 {
            holes.record(time);
            holes.other(b"garbage\n");
        }
        let all: Vec<Hole> = holes.all().collect();
        assert_eq!((all.len(), all.iter().map(|hole| hole.records).sum::<u64>()), (MOST + 1, 10_000));
        assert_eq!(all[MOST - 1].until, 9_999);
    }
}
