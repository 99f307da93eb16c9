//! The history of one stream, of numbers or of records.

use super::Kind;
use crate::{
    history::{HistoryType, Items},
    server::{
        history::{Dates, History, Late, Merge, Merged, Records, Removal, Removed, Uncounted, Work},
        store::{Entry, Store, StoreError},
    },
    value::Value,
};

#[derive(Debug)]
pub(super) enum Series {
    Numbers(Box<History>),
    Records(Box<Records>),
}

/// The part of the work of a history that reads the store.
pub(super) enum Reading {
    Merge(Box<Merge>),
    Removal(Removal),
}

/// The same, when it has run.
pub(super) enum HasRun {
    Merge(Merged),
    Removal(Removed),
}

impl Reading {
    /// # Errors
    /// If the store cannot be read.
    pub(super) fn run(self, store: &dyn Store) -> Result<HasRun, StoreError> {
        match self {
            Self::Merge(merge) => merge.run(store).map(HasRun::Merge),
            Self::Removal(removal) => removal.run(store).map(HasRun::Removal),
        }
    }
}

/// Calls the same function of either kind.
macro_rules! either {
    ($self:expr, $series:ident => $call:expr) => {
        match $self {
            Self::Numbers($series) => $call,
            Self::Records($series) => $call,
        }
    };
}

impl Series {
    /// Opens the history with this key, or begins it. The second result is what cannot be read, and why.
    ///
    /// # Errors
    /// If the store cannot be read, if the key is too long, or if a newer version has written the history.
    pub(super) fn open(store: &dyn Store, key: &[u8], kind: &Kind) -> Result<(Self, Vec<String>), StoreError> {
        let (key, retention, epoch) = (key.to_vec(), kind.retention, kind.epoch);
        Ok(match kind.ty.0 {
            Items::Numbers { .. } => {
                let (history, told) = History::open(store, key, retention, epoch)?;
                (Self::Numbers(Box::new(history)), told)
            }
            Items::Records { .. } => {
                let (records, told) = Records::open(store, key, retention, epoch)?;
                let records = if kind.with_values { records.with_values() } else { records };
                (Self::Records(Box::new(records)), told)
            }
        })
    }

    /// Takes items. Returns how many were refused, and those whose places must be searched for.
    pub(super) fn append(&mut self, ty: HistoryType, items: Vec<Value>) -> (usize, Option<Late>) {
        match (self, ty.0) {
            (Self::Numbers(history), Items::Numbers { read, .. }) => {
                (history.append(items.iter().filter_map(read)), None)
            }
            (Self::Records(records), Items::Records { time }) => {
                records.append(items.into_iter().map(|item| (time(&item), item)))
            }
            // The kind of a stream does not change while the program runs.
            (Self::Numbers(_) | Self::Records(_), _) => (items.len(), None),
        }
    }

    /// Takes items whose places were searched for. Returns how many were refused.
    pub(super) fn place(&mut self, late: Late) -> usize {
        match self {
            // It has none.
            Self::Numbers(_) => 0,
            Self::Records(records) => records.place(late),
        }
    }

    /// What a write takes now. What is [`uncounted`](Self::uncounted) must be counted before.
    pub(super) fn work(&mut self, dates: Dates) -> Work<Reading> {
        match self {
            Self::Numbers(history) => history.work(dates).map(Reading::Merge),
            Self::Records(records) => records.work(dates).map(Reading::Removal),
        }
    }

    /// The entries of a part of its work that has run.
    pub(super) fn done(&mut self, done: HasRun) -> Vec<Entry> {
        match (self, done) {
            (Self::Numbers(history), HasRun::Merge(merged)) => history.merged(merged),
            (Self::Records(records), HasRun::Removal(removed)) => records.removed(removed),
            // A history has only work of its own.
            (Self::Numbers(_) | Self::Records(_), _) => Vec::new(),
        }
    }

    /// What must be counted before it is written.
    pub(super) fn uncounted(&self) -> Option<Uncounted> {
        match self {
            // Its merge counts.
            Self::Numbers(_) => None,
            Self::Records(records) => records.uncounted(),
        }
    }

    pub(super) const fn counted(&mut self, bytes: u64) {
        if let Self::Records(records) = self {
            records.counted(bytes);
        }
    }

    /// Whether it has items that are written together with values.
    pub(super) fn has_events(&self) -> bool {
        matches!(self, Self::Records(records) if records.has_events())
    }

    /// The entries for these items. What is [`uncounted`](Self::uncounted) must be counted before.
    pub(super) fn events(&mut self, dates: Dates) -> Vec<Entry> {
        match self {
            Self::Records(records) => records.events(dates),
            Self::Numbers(_) => Vec::new(),
        }
    }

    pub(super) fn written(&mut self) {
        either!(self, series => series.written());
    }

    /// Everything that was written is on the disk.
    pub(super) fn flushed(&mut self) {
        if let Self::Records(records) = self {
            records.flushed();
        }
    }

    pub(super) fn failed(&mut self) {
        either!(self, series => series.failed());
    }

    pub(super) fn told(&mut self) -> Vec<String> {
        either!(self, series => series.told())
    }

    pub(super) fn is_at_rest(&self) -> bool {
        either!(self, series => series.is_at_rest())
    }

    pub(super) fn is_empty(&self) -> bool {
        either!(self, series => series.is_empty())
    }

    pub(super) fn removal(&self) -> Entry {
        either!(self, series => series.removal())
    }

    /// So many appends may be needed for all that waits: records are written and removed in pieces.
    pub(super) const fn appends(&self) -> usize {
        match self {
            Self::Numbers(_) => 1,
            Self::Records(_) => 64,
        }
    }
}
