//! The history of a stream of records, such as the lines of a log: each as it is, ordered by its own time.
//!
//! As in a [history of numbers](super), there is neither a thread nor a clock. Each record has an entry of its own. Its key
//! is its *place*: its time in microseconds, and its number among those with the same microsecond, so that no record takes
//! the place of another one. A record gets its place when it comes, so a write that is repeated writes the same entries.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::{ControlFlow, Range},
    sync::Arc,
};

use super::{
    Dates, Micros, Retention, Size, codec::put_varint, keys::Keys, keys::RECORDS, newer, read_size, view::read,
};
use crate::{
    server::store::{Entry, NoRecord, Order, Record, Store, StoreError, Table},
    value::Value,
};

/// A time in microseconds, shifted by [`SHIFT`], and the number of the record among those with the same time.
pub(crate) type Place = i64;

/// The bits of the number.
const SHIFT: u32 = 10;

/// Records with later times, or earlier than the negative of it, are refused: their places would be too large. 285 years
/// from the Unix epoch.
pub(crate) const LATEST_RECORD: Micros = (1 << (63 - SHIFT)) - 1;

/// The longest record that is kept, in bytes of JSON.
const LONGEST: usize = 1024 * 1024;

/// The bytes of records that may wait for the disk. More are refused, so that a disk that hangs does not fill the memory.
const FULL: usize = 16 * 1024 * 1024;

/// What a record in memory costs besides its text.
const EACH: usize = 96;

/// The most bytes in one append, and the most records that are removed by one.
const APPEND: usize = 1024 * 1024;
const REMOVED: usize = 1024;

/// The most bytes of records in one answer, unless one record has more.
const ANSWER: usize = 4 * 1024 * 1024;

/// Some records, the oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Page {
    /// Each with its time and its JSON.
    pub(crate) records: Vec<(Micros, String)>,
    /// If there are older ones in the span: they are before this place.
    pub(crate) next: Option<Place>,
    /// What cannot be read, and why.
    pub(crate) told: Vec<String>,
}

/// The history of one stream of records.
#[derive(Debug)]
pub(crate) struct Records {
    keys: Arc<Keys>,
    retention: Retention,
    epoch: u128,
    rev: u64,
    /// What is not written yet, and its weight in bytes.
    fresh: BTreeMap<Place, Value>,
    weight: usize,
    /// The places that were written since the last flush. If it fails, the store may not have them for a moment.
    unflushed: BTreeSet<Place>,
    /// The first and the last place in the store. `None`: there is no record.
    ends: Option<(Place, Place)>,
    /// The bytes of all records in the store. `None`: they must be counted.
    bytes: Option<u64>,
    pending: Option<Pending>,
    /// Whether new records are written with the values that they have changed, and not by [`entries`](Self::entries).
    with_values: bool,
    told: Vec<String>,
}

/// Entries that the caller writes now: what holds when they are written.
#[derive(Debug)]
struct Pending {
    written: Vec<Place>,
    ends: Option<(Place, Place)>,
    bytes: u64,
}

impl Records {
    /// Opens the history with this key in the store, or begins it. Reads no records.
    ///
    /// # Errors
    /// If the store cannot be read, or if a newer version has written the history.
    pub(crate) fn open(
        store: &dyn Store,
        key: Vec<u8>,
        retention: Retention,
        epoch: u128,
    ) -> Result<(Self, Vec<String>), StoreError> {
        let mut records = Self {
            keys: Arc::new(Keys::new(key)),
            retention,
            epoch,
            rev: 0,
            fresh: BTreeMap::new(),
            weight: 0,
            unflushed: BTreeSet::new(),
            ends: None,
            bytes: None,
            pending: None,
            with_values: false,
            told: Vec::new(),
        };
        let first = records.end(store, i64::MIN..i64::MAX, Order::Ascending)?;
        let last = records.end(store, i64::MIN..i64::MAX, Order::Descending)?;
        records.ends = first.zip(last);
        records.bytes = match read_size(store, &records.keys)? {
            Some(Ok(Size { bytes, .. })) => Some(bytes),
            Some(Err(why @ NoRecord::Newer(_))) => return Err(newer(why)),
            Some(Err(why)) => {
                records.told.push(format!("the size of the history is counted again: {why}"));
                None
            }
            None => records.ends.is_none().then_some(0),
        };
        let told = records.told();
        Ok((records, told))
    }

    /// New records are written together with the values that they have changed: see [`events`](Self::events).
    #[must_use]
    pub(crate) fn with_values(self) -> Self {
        Self { with_values: true, ..self }
    }

    /// Whether there are new records that are written together with values.
    pub(crate) fn has_events(&self) -> bool {
        self.with_values && !self.fresh.is_empty()
    }

    /// The entries for all new records, to be written in one append with the values that they have changed.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub(crate) fn events(&mut self, store: &dyn Store, dates: impl Into<Dates>) -> Result<Vec<Entry>, StoreError> {
        let dates = dates.into();
        let bytes = self.bytes(store)?;
        let (entries, pending) = self.additions(bytes, dates, usize::MAX);
        Ok(self.with_size(entries, pending, dates))
    }

    /// The first place in the store, in this order.
    fn end(&self, store: &dyn Store, places: Range<Place>, order: Order) -> Result<Option<Place>, StoreError> {
        let mut found = None;
        visit(store, &self.keys, places, order, |place, _, _| {
            found = Some(place);
            ControlFlow::Break(())
        })?;
        Ok(found)
    }

    /// Takes records with their times. They may be in any order, and later than others that are written.
    ///
    /// Returns how many were refused: those without a date, those with more than 1 MiB, those of a microsecond that has
    /// 1 024 already, and all new ones as long as the store cannot be written and too many wait for it.
    ///
    /// # Errors
    /// If the store cannot be read. Then the rest is not taken.
    pub(crate) fn append(
        &mut self,
        store: &dyn Store,
        items: impl IntoIterator<Item = (Option<Micros>, Value)>,
    ) -> Result<usize, StoreError> {
        let mut refused = 0;
        for (time, value) in items {
            let time = time.filter(|time| (-LATEST_RECORD..=LATEST_RECORD).contains(time));
            let is_right = value.json().len() <= LONGEST && self.weight < FULL;
            let place = match time.filter(|_| is_right) {
                Some(time) => self.free(store, time)?,
                None => None,
            };
            match place {
                Some(place) => {
                    self.weight += weight(&value);
                    self.fresh.insert(place, value);
                }
                None => refused += 1,
            }
        }
        Ok(refused)
    }

    /// A free place for this time, behind all others with it. `None`: there is none.
    fn free(&self, store: &dyn Store, time: Micros) -> Result<Option<Place>, StoreError> {
        let (first, end) = (time << SHIFT, (time + 1) << SHIFT);
        let mut last = self.fresh.range(first..end).next_back().map(|(place, _)| *place);
        last = last.max(self.unflushed.range(first..end).next_back().copied());
        // Most are newer than all others, so that nothing has to be read.
        if self.ends.is_some_and(|(_, newest)| newest >= first) {
            last = last.max(self.end(store, first..end, Order::Descending)?);
        }
        Ok(Some(last.map_or(first, |last| last + 1)).filter(|place| *place < end))
    }

    /// The entries to write now, in one append, as [`History::entries`](super::History::entries): new records, or the
    /// removal of old ones. If there are some, the caller asks again after [`written`](Self::written).
    ///
    /// # Errors
    /// If the store cannot be read.
    pub(crate) fn entries(&mut self, store: &dyn Store, dates: impl Into<Dates>) -> Result<Vec<Entry>, StoreError> {
        let dates = dates.into();
        self.pending = None;
        let bytes = self.bytes(store)?;
        let oldest = self.ends.map_or(i64::MAX, |(oldest, _)| oldest >> SHIFT);
        let (entries, pending) = if !self.fresh.is_empty() && !self.with_values {
            self.additions(bytes, dates, APPEND)
        } else if self.ends.is_some() && self.retention.is_due(dates.trim, oldest, bytes) {
            self.removals(store, bytes, dates)?
        } else {
            return Ok(Vec::new());
        };
        Ok(self.with_size(entries, pending, dates))
    }

    /// The bytes in the store. They are counted if they are not known.
    fn bytes(&mut self, store: &dyn Store) -> Result<u64, StoreError> {
        Ok(match self.bytes {
            Some(bytes) => bytes,
            None => *self.bytes.insert(Uncounted(Arc::clone(&self.keys)).count(store)?),
        })
    }

    /// Adds what the history has in the store when these entries are written.
    fn with_size(&mut self, mut entries: Vec<Entry>, pending: Pending, dates: Dates) -> Vec<Entry> {
        let mut size = Vec::new();
        put_varint(&mut size, pending.bytes);
        put_varint(&mut size, u64::try_from(dates.latest).unwrap_or(0));
        let key = self.keys.size();
        let value = self.record(dates.now, &size).to_bytes(&key);
        entries.push(Entry { table: Table::Histories, key, value: Some(value) });
        self.pending = Some(pending);
        entries
    }

    /// New records of at most so many bytes.
    fn additions(&self, mut bytes: u64, dates: Dates, most: usize) -> (Vec<Entry>, Pending) {
        let (mut entries, mut written, mut size) = (Vec::new(), Vec::new(), 0_usize);
        let mut ends = self.ends;
        for (place, value) in &self.fresh {
            let key = self.keys.at(RECORDS, *place);
            let value = self.record(dates.now, value.json().as_bytes()).to_bytes(&key);
            let len = key.len() + value.len();
            if size > 0 && size.saturating_add(len) > most {
                break;
            }
            size += len;
            bytes += len as u64;
            written.push(*place);
            ends = Some(ends.map_or((*place, *place), |(first, last)| (first.min(*place), last.max(*place))));
            entries.push(Entry { table: Table::Histories, key, value: Some(value) });
        }
        (entries, Pending { written, ends, bytes })
    }

    fn removals(&self, store: &dyn Store, bytes: u64, dates: Dates) -> Result<(Vec<Entry>, Pending), StoreError> {
        let floor = self.retention.floor(dates.trim);
        let (excess, mut freed) = (self.retention.excess(bytes), 0);
        let (mut entries, mut first) = (Vec::new(), None);
        visit(store, &self.keys, i64::MIN..i64::MAX, Order::Ascending, |place, key, value| {
            if (place >> SHIFT >= floor && freed >= excess) || entries.len() == REMOVED {
                first = Some(place);
                return ControlFlow::Break(());
            }
            freed += (key.len() + value.len()) as u64;
            entries.push(Entry { table: Table::Histories, key: key.to_vec(), value: None });
            ControlFlow::Continue(())
        })?;
        // All that is left may be gone, also if it was counted wrongly.
        let bytes = if first.is_none() { 0 } else { bytes.saturating_sub(freed) };
        let ends = first.zip(self.ends.map(|(_, last)| last));
        Ok((entries, Pending { written: Vec::new(), ends, bytes }))
    }

    /// How to count the bytes in the store, if they are not known. Nobody else writes the history meanwhile.
    pub(crate) fn uncounted(&self) -> Option<Uncounted> {
        self.bytes.is_none().then(|| Uncounted(Arc::clone(&self.keys)))
    }

    pub(crate) const fn counted(&mut self, bytes: u64) {
        self.bytes = Some(bytes);
    }

    fn record<'a>(&self, now: Micros, body: &'a [u8]) -> Record<'a> {
        Record { epoch: self.epoch, rev: self.rev, time: u64::try_from(now / 1000).unwrap_or(0), body }
    }

    /// The last entries are in the store.
    pub(crate) fn written(&mut self) {
        let Some(Pending { written, ends, bytes }) = self.pending.take() else { return };
        self.rev += 1;
        for place in written {
            if let Some(value) = self.fresh.remove(&place) {
                self.weight -= weight(&value);
            }
            self.unflushed.insert(place);
        }
        (self.ends, self.bytes) = (ends, Some(bytes));
    }

    /// Everything that was written is on the disk.
    pub(crate) fn flushed(&mut self) {
        self.unflushed.clear();
    }

    /// The last entries could not be written. They may be in the store later nevertheless, so the bytes are counted again.
    pub(crate) fn failed(&mut self) {
        if self.pending.take().is_some() {
            self.bytes = None;
        }
    }

    /// Asks for the newest records of these times, from the first up to, but without, the second, at most `count`, and with
    /// `before` only those before this place.
    pub(crate) fn ask(&self, times: Range<Micros>, before: Option<Place>, count: usize) -> Question {
        let place = |time: Micros| time.clamp(-LATEST_RECORD, LATEST_RECORD) << SHIFT;
        let places = place(times.start)..place(times.end).min(before.unwrap_or(i64::MAX));
        let mut fresh = Vec::new();
        if !places.is_empty() {
            // One more than the answer has, to know whether there are older ones.
            let newest = self.fresh.range(places.clone()).rev().take(count.saturating_add(1));
            fresh.extend(newest.map(|(place, value)| (*place, value.clone())));
        }
        Question { keys: Arc::clone(&self.keys), places, count, fresh }
    }

    #[cfg(test)]
    pub(crate) fn read(
        &self,
        store: &dyn Store,
        times: Range<Micros>,
        before: Option<Place>,
        count: usize,
    ) -> Result<Page, StoreError> {
        self.ask(times, before, count).answer(store)
    }

    /// Whether there is nothing to write, so that it may be closed and opened again.
    pub(crate) fn is_at_rest(&self) -> bool {
        self.fresh.is_empty() && self.pending.is_none()
    }

    /// Whether nothing is in it any more.
    pub(crate) fn is_empty(&self) -> bool {
        self.is_at_rest() && self.ends.is_none()
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

/// A history of records whose bytes in the store are not known.
#[derive(Debug)]
pub(crate) struct Uncounted(Arc<Keys>);

impl Uncounted {
    /// # Errors
    /// If the store cannot be read.
    pub(crate) fn count(&self, store: &dyn Store) -> Result<u64, StoreError> {
        let mut bytes = 0;
        visit(store, &self.0, i64::MIN..i64::MAX, Order::Ascending, |_, key, value| {
            bytes += (key.len() + value.len()) as u64;
            ControlFlow::Continue(())
        })?;
        Ok(bytes)
    }
}

/// A question for records, with those that were not written when it was asked. It is answered while others use the history,
/// so nobody waits for a read.
#[derive(Debug)]
pub(crate) struct Question {
    keys: Arc<Keys>,
    places: Range<Place>,
    count: usize,
    /// The newest first.
    fresh: Vec<(Place, Value)>,
}

impl Question {
    /// The records. May run while the history is written.
    ///
    /// # Errors
    /// If the store cannot be read. A damaged record is no error: it is left out, and [`Page::told`] has it.
    pub(crate) fn answer(self, store: &dyn Store) -> Result<Page, StoreError> {
        let Self { keys, places, count, fresh } = self;
        let mut page = Page::default();
        if places.is_empty() {
            return Ok(page);
        }
        let (mut found, mut bytes) = (BTreeMap::new(), 0);
        let mut damages: Vec<(NoRecord, usize)> = Vec::new();
        visit(store, &keys, places.clone(), Order::Descending, |place, key, value| {
            let text = |body: &[u8]| std::str::from_utf8(body).ok().map(str::to_owned);
            match read(key, value, text) {
                Ok(json) => {
                    bytes += json.len();
                    found.insert(place, json);
                }
                Err(why) => match damages.iter_mut().find(|(other, _)| *other == why) {
                    Some((_, count)) => *count += 1,
                    None => damages.push((why, 1)),
                },
            }
            if found.len() > count || bytes > ANSWER { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })?;
        page.told =
            damages.iter().map(|(why, count)| format!("records cannot be read ({count} of them): {why}")).collect();
        // What was written meanwhile has the same place.
        found.extend(fresh.into_iter().map(|(place, value)| (place, value.json().to_owned())));
        let (mut bytes, mut oldest) = (0, places.end);
        for (place, json) in found.into_iter().rev() {
            bytes += json.len();
            if page.records.len() == count || (bytes > ANSWER && !page.records.is_empty()) {
                page.next = Some(oldest);
                break;
            }
            oldest = place;
            page.records.push((place >> SHIFT, json));
        }
        page.records.reverse();
        Ok(page)
    }
}

/// Visits what the store has in these places: each with its key and its value.
fn visit(
    store: &dyn Store,
    keys: &Keys,
    places: Range<Place>,
    order: Order,
    mut visit: impl FnMut(Place, &[u8], &[u8]) -> ControlFlow<()>,
) -> Result<(), StoreError> {
    let keys = keys.at(RECORDS, places.start)..keys.at(RECORDS, places.end);
    store.range(Table::Histories, &keys.start..&keys.end, order, &mut |key, value| visit(Keys::time(key), key, value))
}

fn weight(value: &Value) -> usize {
    EACH + value.json().len()
}
