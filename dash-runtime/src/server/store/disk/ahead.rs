//! Writes zeros to the journal ahead of what will be appended and secured.
//!
//! A new journal is a hole. Each append that fills a new block of it changes the lists of the file system, so to secure it
//! costs about 24 KB more on ext4. Zeros that are written ahead cost their own size once. So they are written only if less
//! than that is appended between two flushes.

use std::{
    fs::{File, OpenOptions},
    io::{self, Seek as _, SeekFrom, Write as _},
    path::Path,
};

use super::super::Entry;

/// So many zeros are written at once.
const AHEAD: u64 = 256 * 1024;

/// If more bytes than this were appended since the last flush, the zeros would cost more than they save.
const DEAR: u64 = 24 * 1024;

/// The newest journal, as far as it is written.
#[derive(Debug)]
pub(super) struct Ahead {
    /// Its number.
    pub(super) journal: u64,
    file: Option<File>,
    /// At least where its last batch ends.
    end: u64,
    /// Where its zeros end.
    zeros: u64,
    /// The length of the last batch.
    last: u64,
    /// Where the last batch ended at the last flush.
    flushed: u64,
}

impl Ahead {
    /// A journal without a batch.
    pub(super) const fn new(journal: u64) -> Self {
        Self { journal, file: None, end: 0, zeros: 0, last: 0, flushed: 0 }
    }

    /// Looks whether fjall has begun a new journal.
    pub(super) fn follow(&mut self, db: &Path) -> io::Result<()> {
        while db.join(format!("{}.jnl", self.journal + 1)).try_exists()? {
            // The last batch may be in the new one.
            *self = Self { end: self.last, ..Self::new(self.journal + 1) };
        }
        Ok(())
    }

    /// Makes room for a batch with these entries, and for the next ones.
    pub(super) fn reserve(&mut self, db: &Path, entries: &[Entry]) {
        let end = self.end + len(entries);
        let is_busy = end - self.flushed.min(end) > DEAR;
        self.flushed = end;
        if end > self.zeros && !is_busy {
            // Without the zeros, it only costs more. If the disk is full, the append will say so.
            let _ = self.write_zeros(db, end + AHEAD);
        }
    }

    fn write_zeros(&mut self, db: &Path, to: u64) -> io::Result<()> {
        let file = match &mut self.file {
            Some(file) => file,
            None => {
                let path = db.join(format!("{}.jnl", self.journal));
                self.file.insert(OpenOptions::new().write(true).open(path)?)
            }
        };
        let to = to.min(file.metadata()?.len());
        let from = self.end.max(self.zeros);
        if from < to {
            file.seek(SeekFrom::Start(from))?;
            io::copy(&mut io::Read::take(io::repeat(0), to - from), file)?;
            file.flush()?;
        }
        self.zeros = to.max(self.zeros);
        Ok(())
    }

    /// Counts a batch with these entries.
    pub(super) fn written(&mut self, entries: &[Entry]) {
        self.last = len(entries);
        self.end += self.last;
    }
}

/// The length of a batch in the journal. Its form is in `journal.rs`.
fn len(entries: &[Entry]) -> u64 {
    const BATCH: usize = 13 + 13;
    const ENTRY: usize = 21;
    let entry = |entry: &Entry| ENTRY + entry.key.len() + entry.value.as_ref().map_or(0, Vec::len);
    (BATCH + entries.iter().map(entry).sum::<usize>()) as u64
}
