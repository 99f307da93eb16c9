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
    Dates, Micros, Retention, Size, Work, codec::put_varint, keys::Keys, keys::RECORDS, newer, read_size, view::read,
};
use crate::{
    server::store::{Entry, NoRecord, Order, Record, Store, StoreError, Table},
    value::Value,
};

/// A time in microseconds, shifted by [`SHIFT`], and the number of the record among those with the same time.
pub(crate) type Place = i64;

/// The bits of the number.
const SHIFT: u32 = 10;

/// Records with this time or later, or earlier than the negative of it, are refused: their places would be too large. 285
/// years from the Unix epoch.
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

/// A search for a place goes on until so many bytes are between it and the next one. It reads blocks of 16 KiB, and one or
/// more of each table that is not sorted yet.
const NEAR: usize = 64 * 1024;

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

    /// The entries for all new records, to be written in one append with the values that they have changed. What is
    /// [`uncounted`](Self::uncounted) must be counted before.
    pub(crate) fn events(&mut self, dates: impl Into<Dates>) -> Vec<Entry> {
        let dates = dates.into();
        debug_assert!(self.bytes.is_some(), "its bytes are not counted");
        let (entries, pending) = self.additions(self.bytes.unwrap_or(0), dates, usize::MAX);
        self.with_size(entries, pending, dates)
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
    /// 1 024 already, and all new ones as long as the store cannot be written and too many wait for it. And those that are
    /// late: the caller [searches](Late::search) for their places, and then they are [placed](Self::place). Nobody else
    /// appends meanwhile.
    pub(crate) fn append(&mut self, items: impl IntoIterator<Item = (Option<Micros>, Value)>) -> (usize, Option<Late>) {
        let (mut refused, mut late) = (0, None);
        for (time, value) in items {
            let time = time.filter(|time| (-LATEST_RECORD..LATEST_RECORD).contains(time));
            let Some(time) = time.filter(|_| value.json().len() <= LONGEST) else {
                refused += 1;
                continue;
            };
            // Most are newer than all others, so that nothing has to be read.
            let places = time << SHIFT..(time + 1) << SHIFT;
            if self.ends.is_some_and(|(oldest, newest)| oldest < places.end && places.start <= newest) {
                let late = late.get_or_insert_with(|| Late::new(Arc::clone(&self.keys)));
                late.last.entry(time).or_insert_with(|| self.last(time));
                late.items.push((time, value));
            } else {
                refused += usize::from(!self.put(time, None, value));
            }
        }
        (refused, late)
    }

    /// Takes late records. Returns how many were refused, besides those that were not searched for because the store could not
    /// be read.
    pub(crate) fn place(&mut self, late: Late) -> usize {
        let Late { items, last, searched, .. } = late;
        let mut refused = 0;
        for (time, value) in items {
            if let Some(last) = last.get(&time).filter(|_| time < searched) {
                refused += usize::from(!self.put(time, *last, value));
            }
        }
        refused
    }

    /// Puts a record behind all others with its time, the last of which is `last` or in memory. Returns whether there was a
    /// place.
    fn put(&mut self, time: Micros, last: Option<Place>, value: Value) -> bool {
        let place = last.max(self.last(time)).map_or(time << SHIFT, |last| last + 1);
        let is_taken = self.weight < FULL && place < (time + 1) << SHIFT;
        if is_taken {
            self.weight += weight(&value);
            self.fresh.insert(place, value);
        }
        is_taken
    }

    /// The last place with this time that is in memory.
    fn last(&self, time: Micros) -> Option<Place> {
        let (first, end) = (time << SHIFT, (time + 1) << SHIFT);
        let fresh = self.fresh.range(first..end).next_back().map(|(place, _)| *place);
        fresh.max(self.unflushed.range(first..end).next_back().copied())
    }

    /// What a write takes now, as [`History::work`](super::History::work): new records, or the removal of old ones. If there
    /// is something, the caller asks again after [`written`](Self::written). What is [`uncounted`](Self::uncounted) must be
    /// counted before.
    pub(crate) fn work(&mut self, dates: impl Into<Dates>) -> Work<Removal> {
        let dates = dates.into();
        self.pending = None;
        let Some(bytes) = self.bytes else { return Work::Entries(Vec::new()) };
        if !self.fresh.is_empty() && !self.with_values {
            let (entries, pending) = self.additions(bytes, dates, APPEND);
            return Work::Entries(self.with_size(entries, pending, dates));
        }
        match self.ends {
            Some((oldest, last)) if self.retention.is_due(dates.trim, oldest >> SHIFT, bytes) => {
                Work::Reading(Removal {
                    keys: Arc::clone(&self.keys),
                    floor: self.retention.floor(dates.trim),
                    excess: self.retention.excess(bytes),
                    ends: (oldest, last),
                    bytes,
                    dates,
                })
            }
            _ => Work::Entries(Vec::new()),
        }
    }

    /// The entries of a removal that has run.
    pub(crate) fn removed(&mut self, removed: Removed) -> Vec<Entry> {
        self.with_size(removed.entries, removed.pending, removed.dates)
    }

    /// The work of a write, done at once.
    #[cfg(test)]
    pub(crate) fn entries(&mut self, store: &dyn Store, dates: impl Into<Dates>) -> Result<Vec<Entry>, StoreError> {
        if let Some(uncounted) = self.uncounted() {
            self.counted(uncounted.count(store)?);
        }
        match self.work(dates) {
            Work::Reading(removal) => Ok(self.removed(removal.run(store)?)),
            Work::Entries(entries) => Ok(entries),
        }
    }

    /// Takes records, the late ones too. Returns how many were refused.
    #[cfg(test)]
    pub(crate) fn append_all(
        &mut self,
        store: &dyn Store,
        items: impl IntoIterator<Item = (Option<Micros>, Value)>,
    ) -> Result<usize, StoreError> {
        let (refused, late) = self.append(items);
        let Some(mut late) = late else { return Ok(refused) };
        late.search(store)?;
        Ok(refused + self.place(late))
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
        // Before the oldest one a store has nothing but what was removed.
        let oldest = self.ends.map_or(i64::MAX, |(oldest, _)| oldest);
        Question { keys: Arc::clone(&self.keys), places, oldest, count, fresh }
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

/// A removal of the oldest records that has not run yet.
#[derive(Debug)]
pub(crate) struct Removal {
    keys: Arc<Keys>,
    /// Those before this time go, and the oldest ones of so many bytes.
    floor: Micros,
    excess: u64,
    /// The first and the last place in the store. The search begins at the first one: a store passes over each record that was
    /// removed before.
    ends: (Place, Place),
    /// The bytes of all records in the store.
    bytes: u64,
    dates: Dates,
}

/// A removal that is not in the store yet.
#[derive(Debug)]
pub(crate) struct Removed {
    entries: Vec<Entry>,
    pending: Pending,
    dates: Dates,
}

impl Removal {
    /// Makes the entries.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub(crate) fn run(self, store: &dyn Store) -> Result<Removed, StoreError> {
        let Self { keys, floor, excess, ends: (oldest, last), bytes, dates } = self;
        let (mut entries, mut first, mut freed) = (Vec::new(), None, 0);
        visit(store, &keys, oldest..i64::MAX, Order::Ascending, |place, key, value| {
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
        let ends = first.map(|first| (first, last));
        Ok(Removed { entries, pending: Pending { written: Vec::new(), ends, bytes }, dates })
    }
}

/// Records whose times are not after all others. The store may have some with the same times, and is searched for them while
/// others use the history.
#[derive(Debug)]
pub(crate) struct Late {
    keys: Arc<Keys>,
    items: Vec<(Micros, Value)>,
    /// The last place with each of their times, as far as it is known: those that were in memory may be in the store
    /// meanwhile.
    last: BTreeMap<Micros, Option<Place>>,
    /// It is known for all times before this one.
    searched: Micros,
}

impl Late {
    const fn new(keys: Arc<Keys>) -> Self {
        Self { keys, items: Vec::new(), last: BTreeMap::new(), searched: Micros::MIN }
    }

    /// Searches the store for the last places with these times. One search goes on to the next time, unless more than
    /// [`NEAR`] bytes are between, so records that fill a gap need one.
    ///
    /// # Errors
    /// If the store cannot be read. The times that were not searched for are not placed.
    pub(crate) fn search(&mut self, store: &dyn Store) -> Result<(), StoreError> {
        let end = self.last.last_key_value().map_or(Place::MIN, |(time, _)| (time + 1) << SHIFT);
        while let Some((time, _)) = self.last.range(self.searched..).next() {
            let (mut at, mut passed, mut stopped) = (*time, 0, None);
            visit(store, &self.keys, *time << SHIFT..end, Order::Ascending, |place, key, value| {
                if passed > NEAR {
                    stopped = Some(place >> SHIFT);
                    return ControlFlow::Break(());
                }
                passed += key.len() + value.len();
                let found = place >> SHIFT;
                if let Some(last) = self.last.get_mut(&found) {
                    *last = Some(place).max(*last);
                    if found > at {
                        (at, passed) = (found, key.len() + value.len());
                    }
                }
                ControlFlow::Continue(())
            })?;
            let Some(stopped) = stopped else { break };
            // It has more with the time where it was stopped.
            if let Some(last) = self.last.get_mut(&stopped) {
                visit(
                    store,
                    &self.keys,
                    stopped << SHIFT..(stopped + 1) << SHIFT,
                    Order::Descending,
                    |place, _, _| {
                        *last = Some(place).max(*last);
                        ControlFlow::Break(())
                    },
                )?;
            }
            self.searched = stopped + 1;
        }
        self.searched = Micros::MAX;
        Ok(())
    }
}

/// A question for records, with those that were not written when it was asked. It is answered while others use the history,
/// so nobody waits for a read.
#[derive(Debug)]
pub(crate) struct Question {
    keys: Arc<Keys>,
    places: Range<Place>,
    /// The first place in the store.
    oldest: Place,
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
        let Self { keys, places, oldest, count, fresh } = self;
        let mut page = Page::default();
        if places.is_empty() {
            return Ok(page);
        }
        let (mut found, mut bytes) = (BTreeMap::new(), 0);
        let mut damages: Vec<(NoRecord, usize)> = Vec::new();
        let stored = places.start.max(oldest)..places.end;
        visit(store, &keys, stored, Order::Descending, |place, key, value| {
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
