//! What was written to histories since the last flush.
//!
//! After a failed write or flush it is not known what of it is on the disk, also if the store goes on. The histories count
//! on it, so it is written again: the same entries in the same order, which changes nothing where they are there. If a store
//! takes too long for a flush, the oldest of them are forgotten. Then a failure may lose them, and the log says so.

use std::collections::VecDeque;

use crate::{server::store::Entry, words::log};

/// The most bytes of entries that are remembered. A flush comes after some seconds.
const MOST: usize = if cfg!(test) { 256 * 1024 } else { 32 * 1024 * 1024 };

#[derive(Debug, Default)]
pub(super) struct Unflushed {
    entries: VecDeque<Entry>,
    bytes: usize,
    /// The number of entries since the last flush that are not remembered.
    forgotten: usize,
}

impl Unflushed {
    /// These were written.
    pub(super) fn add(&mut self, entries: Vec<Entry>) {
        self.bytes += entries.iter().map(weight).sum::<usize>();
        self.entries.extend(entries);
        while self.bytes > MOST
            && let Some(entry) = self.entries.pop_front()
        {
            self.bytes -= weight(&entry);
            self.forgotten += 1;
        }
    }

    /// What must be written again after a failure.
    pub(super) fn again(&self) -> impl Iterator<Item = Entry> + '_ {
        self.entries.iter().cloned()
    }

    /// It is written again after a failure.
    pub(super) fn written_again(&mut self) {
        let count = std::mem::take(&mut self.forgotten);
        if count > 0 {
            log::error(&format_args!(
                "some of the histories may be lost: a flush took so long that {count} entries before the failed write are \
                 not remembered"
            ));
        }
    }

    /// All of it is on the disk.
    pub(super) fn flushed(&mut self) {
        *self = Self::default();
    }
}

fn weight(entry: &Entry) -> usize {
    size_of::<Entry>() + entry.key.len() + entry.value.as_ref().map_or(0, Vec::len)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::store::Table;

    fn entry(number: u8, len: usize) -> Entry {
        Entry { table: Table::Histories, key: vec![number], value: Some(vec![0; len]) }
    }

    #[test]
    fn what_is_remembered_is_bounded_and_keeps_its_order() {
        let mut unflushed = Unflushed::default();
        (0..40).for_each(|number| unflushed.add(vec![entry(number, MOST / 32)]));
        let keys: Vec<u8> = unflushed.again().map(|entry| entry.key[0]).collect();
        assert_eq!(keys, (9..40).collect::<Vec<_>>());
        assert_eq!(unflushed.forgotten, 9);
        unflushed.written_again();
        assert_eq!((unflushed.again().count(), unflushed.forgotten), (31, 0), "until the next flush it may fail again");
        unflushed.flushed();
        assert_eq!(unflushed.again().count(), 0);
    }
}
