//! The history of one stream: its samples in a store, ordered by their own times, with levels of detail for charts.
//!
//! Here is neither a thread nor a clock. Who uses a history appends samples, asks every few seconds for the
//! [`work`](History::work) of a write, and says when its entries are [`written`](History::written).
//!
//! A history is behind a lock, which nobody holds for long: what takes time (a read, or a [`Merge`]) is done with a
//! [`Snapshot`] of the history, and the samples that come meanwhile are in the history only.
//!
//! - New samples are in memory (the head), in their order. Every few seconds those that came since are written as a *part*,
//!   so that the end of the process loses nothing of them. Late samples too: a part may have any times.
//! - When the head is large, or ten minutes after its first sample, it is *merged*: its samples are put at their places in
//!   the blocks of samples ([`merge`]), the cells that they are in are made again ([`levels`]), and the parts are removed,
//!   all of it in one append. So each sample is written twice, and the last block of each level once more for each merge.
//!   Together 8 bytes for a sample of one series with two decimal places at 10 Hz, and 21 bytes if all bits of its values
//!   are noise (`tests/year.rs` measures them).
//! - The times of blocks of samples do not overlap, and a block is found by the time of its first sample. A block with many
//!   samples in its middle is split.
//! - A read makes those cells anew that have a sample of the head ([`view`], [`query`]).
//! - What is too old or too much is removed by a merge ([`retention`]). Then the cells at the new begin are made again. So
//!   cells are always those of the samples that are there.

mod block;
pub(crate) mod cell;
mod codec;
mod keys;
mod levels;
mod merge;
pub(crate) mod query;
mod records;
mod retention;
#[cfg(test)]
pub(super) mod tests;
mod view;

use std::{collections::BTreeMap, ops::ControlFlow, sync::Arc};

pub(crate) use self::cell::Summary;
pub(crate) use self::{
    cell::Cell,
    merge::{Merge, Merged},
    query::{Read, Shown},
    records::{Late, Page, Place, Records, Removal, Removed, Uncounted},
};
use self::{
    codec::Bytes,
    keys::{Keys, PARTS},
    view::read,
};
use super::store::{Entry, NoRecord, Order, Record, Store, StoreError, StoreFault, Table};
pub(crate) use crate::history::{Point, Retention};

/// A time in microseconds since the Unix epoch. Milliseconds would be too few: samples of a stream of 1 000 in a second
/// would often have the same time.
pub(crate) type Micros = i64;

/// One value for each series. `None`: no value.
pub(crate) type Values = Vec<Option<f64>>;

type Samples = BTreeMap<Micros, Values>;

/// Samples with other times are refused. 36 000 years from the Unix epoch, so that no computation with times overflows.
pub(crate) const EARLIEST: Micros = -LATEST;
pub(crate) const LATEST: Micros = 1 << 60;

/// Samples with more values are refused.
pub(crate) const MOST_SERIES: usize = 1024;

/// Sizes, smaller in tests.
#[derive(Debug, Clone)]
struct Limits {
    /// The weight of a head that is merged, and that of one that takes no sample any more because nothing can be written,
    /// in 16 bytes.
    head: usize,
    full_head: usize,
    /// The time after which a head is merged.
    age: Micros,
    /// The most samples in a block, and the most values.
    samples: usize,
    values: usize,
    /// The number of cells in a bucket of a level.
    cells: i64,
    /// The samples for each cell from which a bucket is stored. With fewer, the samples themselves are read as fast.
    dense: u64,
    /// The most blocks of samples that are removed at once.
    removed: usize,
}

const LIMITS: Limits = Limits {
    // About 512 KiB: 78 minutes of one series at 1 Hz, or two minutes of 20 series at 10 Hz.
    head: 1 << 15,
    full_head: 1 << 20,
    age: 600 * 1_000_000,
    samples: 1024,
    values: 1 << 14,
    cells: 64,
    dense: 16,
    removed: 1024,
};

/// The dates of a write.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Dates {
    /// The date of the system.
    pub(crate) now: Micros,
    /// The date by which samples are too old. It may be earlier than `now`, if the date of the system cannot be believed.
    pub(crate) trim: Micros,
    /// The latest date that was believed, for the next run of the program.
    pub(crate) latest: Micros,
}

impl From<Micros> for Dates {
    fn from(now: Micros) -> Self {
        Self { now, trim: now, latest: now }
    }
}

/// The date that was believed when the history with this key was written last.
///
/// # Errors
/// If the store cannot be read.
pub(crate) fn believed(store: &dyn Store, key: &[u8]) -> Result<Option<Micros>, StoreError> {
    Ok(read_size(store, &Keys::new(key.to_vec()))?.and_then(Result::ok).and_then(|size| size.believed))
}

/// What a history has written of itself.
struct Size {
    bytes: u64,
    /// The date that was believed then. Earlier versions wrote none.
    believed: Option<Micros>,
}

fn read_size(store: &dyn Store, keys: &Keys) -> Result<Option<Result<Size, NoRecord>>, StoreError> {
    let size = |bytes: &[u8]| {
        let mut bytes = Bytes(bytes);
        let size = bytes.varint()?;
        Some(Size { bytes: size, believed: bytes.varint().and_then(|date| Micros::try_from(date).ok()) })
    };
    let mut found = None;
    store.range(Table::Histories, &keys.size()..&keys.at(PARTS, i64::MIN), Order::Ascending, &mut |key, value| {
        found = Some(read(key, value, size));
        ControlFlow::Break(())
    })?;
    Ok(found)
}

/// The history of one stream.
#[derive(Debug)]
pub(crate) struct History {
    keys: Arc<Keys>,
    retention: Retention,
    limits: Limits,
    epoch: u128,
    rev: u64,
    /// The samples that are not merged, and their weight.
    head: Arc<Samples>,
    weight: usize,
    /// Those of them that are in no part, in the order in which they came.
    fresh: Vec<Point>,
    fresh_weight: usize,
    /// When the first of them was written.
    since: Option<Micros>,
    /// The number of the next part, and the bytes of the parts.
    parts: i64,
    part_bytes: u64,
    /// The bytes of all blocks. `None`: they must be counted.
    bytes: Option<u64>,
    /// The first time of all blocks.
    oldest: Micros,
    pending: Option<Pending>,
    told: Vec<String>,
}

/// Entries that the caller writes now.
#[derive(Debug)]
struct Pending {
    /// So many of the fresh samples are in them.
    fresh: usize,
    written: Written,
}

/// What a write of a history takes. `R` is a [`Merge`] or a [`Removal`].
#[derive(Debug)]
pub(crate) enum Work<R> {
    /// These entries. None: there is nothing to write.
    Entries(Vec<Entry>),
    /// This reads the store, so it runs without a lock of the history.
    Reading(R),
}

impl<R> Work<R> {
    /// The same, as a part of another type.
    pub(crate) fn map<S>(self, of: impl FnOnce(R) -> S) -> Work<S> {
        match self {
            Self::Entries(entries) => Work::Entries(entries),
            Self::Reading(reading) => Work::Reading(of(reading)),
        }
    }
}

#[derive(Debug)]
enum Written {
    Part { bytes: u64 },
    Merge { bytes: u64, oldest: Micros },
}

impl History {
    /// Opens the history with this key in the store, or begins it. Reads its parts, and no blocks. Each entry that it
    /// writes has `epoch`, the run of the program.
    ///
    /// No key of a history may be that of another one with the byte 1 and more behind it. The second result is what cannot
    /// be read, and why.
    ///
    /// # Errors
    /// If the store cannot be read, if the key is too long, or if a newer version has written the history.
    pub(crate) fn open(
        store: &dyn Store,
        key: Vec<u8>,
        retention: Retention,
        epoch: u128,
    ) -> Result<(Self, Vec<String>), StoreError> {
        Self::open_limited(store, key, retention, epoch, LIMITS)
    }

    fn open_limited(
        store: &dyn Store,
        key: Vec<u8>,
        retention: Retention,
        epoch: u128,
        limits: Limits,
    ) -> Result<(Self, Vec<String>), StoreError> {
        if key.len() + Keys::LEN > Entry::LONGEST_KEY {
            let most = Entry::LONGEST_KEY - Keys::LEN;
            let text = format!("the key of a history has {} bytes: it may have at most {most}", key.len());
            return Err(StoreError::new(StoreFault::Invalid, text));
        }
        let mut history = Self {
            keys: Arc::new(Keys::new(key)),
            retention,
            limits,
            epoch,
            rev: 0,
            head: Arc::default(),
            weight: 0,
            fresh: Vec::new(),
            fresh_weight: 0,
            since: None,
            parts: 0,
            part_bytes: 0,
            bytes: None,
            oldest: i64::MAX,
            pending: None,
            told: Vec::new(),
        };
        history.open_size(store)?;
        history.open_parts(store)?;
        let told = history.told();
        Ok((history, told))
    }

    fn open_size(&mut self, store: &dyn Store) -> Result<(), StoreError> {
        let oldest = self.snapshot().view(store).next_block(i64::MIN)?;
        let (mut bytes, mut why) = (None, None);
        match read_size(store, &self.keys)? {
            Some(Ok(size)) => bytes = Some(size.bytes),
            Some(Err(error)) => why = Some(error),
            None => {}
        }
        match why {
            Some(why @ NoRecord::Newer(_)) => return Err(newer(why)),
            Some(why) => self.told.push(format!("the size of the history is counted again: {why}")),
            None if bytes.is_none() && oldest.is_none() => bytes = Some(0),
            None => {}
        }
        self.oldest = oldest.unwrap_or(i64::MAX);
        self.bytes = bytes;
        Ok(())
    }

    fn open_parts(&mut self, store: &dyn Store) -> Result<(), StoreError> {
        let mut parts = Vec::new();
        let keys = self.keys.at(PARTS, i64::MIN)..self.keys.end(PARTS);
        let mut result = Ok(());
        store.range(Table::Histories, &keys.start..&keys.end, Order::Ascending, &mut |key, value| {
            self.parts = Keys::time(key) + 1;
            self.part_bytes += (key.len() + value.len()) as u64;
            match Record::read(key, value).and_then(|record| {
                let since = i64::try_from(record.time).unwrap_or(i64::MAX).saturating_mul(1000);
                self.since.get_or_insert(since);
                block::points(record.body).ok_or(NoRecord::Damaged)
            }) {
                Ok(points) => parts.push(points),
                Err(why @ NoRecord::Newer(_)) => {
                    result = Err(newer(why));
                    return ControlFlow::Break(());
                }
                Err(why) => self.told.push(format!("the samples of a few seconds before the restart are lost: {why}")),
            }
            ControlFlow::Continue(())
        })?;
        parts.into_iter().flatten().for_each(|point| self.put(point));
        result
    }

    fn put(&mut self, point: Point) {
        self.weight += weight(&point.values);
        if let Some(replaced) = Arc::make_mut(&mut self.head).insert(point.time, point.values) {
            self.weight -= weight(&replaced);
        }
    }

    /// Takes samples. They may be in any order, and later than others that are written. A sample replaces an earlier one
    /// with the same time.
    ///
    /// Returns how many were refused: those with a time before [`EARLIEST`] or after [`LATEST`] or with more values than
    /// [`MOST_SERIES`], and all new ones as long as the store cannot be written and too many wait for it.
    pub(crate) fn append(&mut self, points: impl IntoIterator<Item = Point>) -> usize {
        let mut refused = 0;
        for mut point in points {
            let is_right = (EARLIEST..=LATEST).contains(&point.time) && point.values.len() <= MOST_SERIES;
            // Of samples with one time the last one counts, but all of them are in memory until they are written.
            if !is_right || self.weight.max(self.fresh_weight) >= self.limits.full_head {
                refused += 1;
                continue;
            }
            for value in &mut point.values {
                *value = value.filter(|value| value.is_finite());
            }
            self.fresh_weight += weight(&point.values);
            self.fresh.push(point.clone());
            self.put(point);
        }
        refused
    }

    /// What a write takes now: entries for one append. Then the caller says [`written`](Self::written); if the append fails,
    /// it says [`failed`](Self::failed) and calls this again later. Nobody else writes the history meanwhile, but samples may
    /// be appended and read.
    ///
    /// All samples that were appended are in them. So the caller asks every five seconds, and at the end.
    pub(crate) fn work(&mut self, dates: impl Into<Dates>) -> Work<Box<Merge>> {
        let dates = dates.into();
        let now = dates.now;
        self.pending = None;
        let head = self.head.first_key_value().map_or(i64::MAX, |(time, _)| *time);
        let bytes = self.bytes.unwrap_or(0) + self.part_bytes;
        let is_over = self.retention.is_due(dates.trim, self.oldest.min(head), bytes);
        if self.head.is_empty() && !is_over {
            return Work::Entries(Vec::new());
        }
        let since = *self.since.get_or_insert(now);
        // So that the parts of a small history are not most of it.
        let many = self.retention.size.checked_div(8).filter(|bytes| *bytes > 0).unwrap_or(u64::MAX);
        let is_due = self.weight >= self.limits.head
            || self.part_bytes >= many
            || now.saturating_sub(since).saturating_abs() >= self.limits.age;
        if is_over || is_due {
            return Work::Reading(Box::new(Merge {
                snapshot: self.snapshot(),
                retention: self.retention,
                record: self.record(now),
                dates,
                is_over,
                fresh: self.fresh.len(),
                parts: self.parts,
                bytes: self.bytes,
                oldest: self.oldest,
            }));
        }
        Work::Entries(self.part(now))
    }

    /// The fresh samples.
    fn part(&mut self, now: Micros) -> Vec<Entry> {
        if self.fresh.is_empty() {
            return Vec::new();
        }
        let key = self.keys.at(PARTS, self.parts);
        let fresh: BTreeMap<_, _> = self.fresh.iter().map(|point| (point.time, point.values.as_slice())).collect();
        let body = block::put_points(fresh.into_iter().collect::<Vec<_>>().into_iter());
        let value = Record { body: &body, ..self.record(now) }.to_bytes(&key);
        let written = Written::Part { bytes: (key.len() + value.len()) as u64 };
        self.pending = Some(Pending { fresh: self.fresh.len(), written });
        vec![Entry { table: Table::Histories, key, value: Some(value) }]
    }

    /// The entries of a merge that has run.
    pub(crate) fn merged(&mut self, merged: Merged) -> Vec<Entry> {
        self.told.extend(merged.told);
        self.pending = Some(merged.pending);
        merged.entries
    }

    /// The work of a write, done at once.
    #[cfg(test)]
    pub(crate) fn entries(&mut self, store: &dyn Store, dates: impl Into<Dates>) -> Result<Vec<Entry>, StoreError> {
        match self.work(dates) {
            Work::Entries(entries) => Ok(entries),
            Work::Reading(merge) => merge.run(store).map(|merged| self.merged(merged)),
        }
    }

    fn record(&self, now: Micros) -> Record<'static> {
        Record { epoch: self.epoch, rev: self.rev, time: u64::try_from(now / 1000).unwrap_or(0), body: &[] }
    }

    /// The last entries are in the store.
    pub(crate) fn written(&mut self) {
        let Some(Pending { fresh, written }) = self.pending.take() else { return };
        self.rev += 1;
        self.fresh.drain(..fresh);
        self.fresh_weight = self.fresh.iter().map(|point| weight(&point.values)).sum();
        match written {
            Written::Part { bytes } => {
                self.parts += 1;
                self.part_bytes += bytes;
            }
            Written::Merge { bytes, oldest } => {
                (self.bytes, self.oldest) = (Some(bytes), oldest);
                (self.parts, self.part_bytes, self.since) = (0, 0, None);
                (self.head, self.weight) = (Arc::default(), 0);
                for point in self.fresh.clone() {
                    self.put(point);
                }
            }
        }
    }

    /// The last entries could not be written. They may be in the store later nevertheless, so the bytes are counted again.
    pub(crate) fn failed(&mut self) {
        if let Some(Pending { written: Written::Merge { .. }, .. }) = self.pending.take() {
            self.bytes = None;
        }
    }

    /// Whether there is nothing to write, so that it may be closed and opened again.
    pub(crate) fn is_at_rest(&self) -> bool {
        self.head.is_empty() && self.pending.is_none()
    }

    /// Whether nothing is in it any more.
    pub(crate) fn is_empty(&self) -> bool {
        self.is_at_rest() && self.parts == 0 && self.bytes == Some(0)
    }

    /// What removes the last trace of an [empty](Self::is_empty) history.
    pub(crate) fn removal(&self) -> Entry {
        Entry { table: Table::Histories, key: self.keys.size(), value: None }
    }

    /// What could not be read since the last call, and why.
    pub(crate) fn told(&mut self) -> Vec<String> {
        std::mem::take(&mut self.told)
    }
}

/// The own key of the history that has this key in the store.
pub(crate) fn own_key(key: &[u8]) -> Option<&[u8]> {
    Keys::own(key)
}

/// The memory that a sample needs, in units of 16 bytes.
const fn weight(values: &Values) -> usize {
    6 + values.len()
}

fn newer(why: NoRecord) -> StoreError {
    let text = format!("a history cannot be used: {why}; use that version");
    StoreError::new(StoreFault::NewerVersion, text)
}
