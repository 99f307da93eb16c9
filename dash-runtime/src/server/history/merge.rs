//! Puts samples at their places among the stored blocks, and makes the levels again there.

use std::{
    collections::BTreeMap,
    iter,
    ops::{ControlFlow, Range},
};

use super::{
    Dates, Limits, Micros, Pending, Point, Retention, Samples, Written, block,
    cell::Cell,
    codec::put_varint,
    keys::{self, Keys, PARTS, SAMPLES},
    levels::{LEVELS, Missing, floor},
    query::{Snapshot, texts},
    view::{Damage, NO_SAMPLES, Staged, View},
};
use crate::server::store::{Entry, Order, Record, Store, StoreError, Table};

/// A merge that has not run yet.
#[derive(Debug)]
pub(crate) struct Merge {
    pub(super) snapshot: Snapshot,
    pub(super) retention: Retention,
    pub(super) record: Record<'static>,
    pub(super) dates: Dates,
    pub(super) is_over: bool,
    /// The number of the fresh samples, and of the parts.
    pub(super) fresh: usize,
    pub(super) parts: i64,
    pub(super) bytes: Option<u64>,
    pub(super) oldest: Micros,
}

/// A merge that is not in the store yet.
#[derive(Debug)]
pub(crate) struct Merged {
    pub(super) entries: Vec<Entry>,
    pub(super) pending: Pending,
    pub(super) told: Vec<String>,
}

impl Merge {
    /// Makes the entries.
    ///
    /// # Errors
    /// If the store cannot be read. A damaged block is no error: it is left out, and [`History::told`](super::History::told) has it.
    pub(crate) fn run(self, store: &dyn Store) -> Result<Merged, StoreError> {
        let Self { snapshot: Snapshot { keys, limits, head }, dates, .. } = &self;
        let bytes = match self.bytes {
            Some(bytes) => bytes,
            None => count(store, keys)?,
        };
        let record = self.record;
        let mut stage = Stage { store, keys, limits, record, staged: Staged::new(), growth: 0, damages: Vec::new() };
        stage.merge(head)?;
        let mut times: Vec<Micros> = head.keys().copied().collect();
        let mut oldest = times.first().map_or(self.oldest, |first| self.oldest.min(*first));
        if (self.is_over || self.retention.is_over(bytes.saturating_add_signed(stage.growth)))
            && let Some(cut) = stage.cut(self.retention, dates.trim, bytes)?
        {
            times.retain(|time| *time >= cut);
            times.push(cut);
            oldest = cut;
        }
        stage.rebuild(&times, head)?;
        let bytes = bytes.saturating_add_signed(stage.growth);
        for part in 0..self.parts {
            stage.staged.insert(keys.at(PARTS, part), None);
        }
        let mut size = Vec::new();
        put_varint(&mut size, bytes);
        put_varint(&mut size, u64::try_from(dates.latest).unwrap_or(0));
        stage.put(keys.size(), &size, 0);
        let (staged, damages) = (stage.staged, stage.damages);
        let entries = staged.into_iter().map(|(key, value)| Entry { table: Table::Histories, key, value }).collect();
        let pending = Pending { fresh: self.fresh, written: Written::Merge { bytes, oldest } };
        Ok(Merged { entries, pending, told: texts(&damages) })
    }
}

/// Counts the bytes of all blocks.
pub(super) fn count(store: &dyn Store, keys: &Keys) -> Result<u64, StoreError> {
    let mut bytes = 0;
    let keys = keys.at(SAMPLES, i64::MIN)..keys.end(keys::level(LEVELS.len()));
    store.range(Table::Histories, &keys.start..&keys.end, Order::Ascending, &mut |key, value| {
        bytes += (key.len() + value.len()) as u64;
        ControlFlow::Continue(())
    })?;
    Ok(bytes)
}

/// So many buckets that are apart are made again at once: their cells are in memory.
const AT_ONCE: usize = 1024;

/// Changes of blocks, which will be written as one.
pub(super) struct Stage<'a> {
    pub(super) store: &'a dyn Store,
    pub(super) keys: &'a Keys,
    pub(super) limits: &'a Limits,
    /// The run, the revision and the time of what is written, without a body.
    pub(super) record: Record<'static>,
    pub(super) staged: Staged,
    /// By how many bytes the blocks grow.
    pub(super) growth: i64,
    pub(super) damages: Vec<Damage>,
}

impl Stage<'_> {
    pub(super) fn view(&self) -> View<'_> {
        View { store: self.store, keys: self.keys, limits: self.limits, staged: &self.staged, head: &NO_SAMPLES }
    }

    /// Puts a block where one of `before` bytes was.
    pub(super) fn put(&mut self, key: Vec<u8>, body: &[u8], before: usize) {
        let value = Record { body, ..self.record }.to_bytes(&key);
        self.growth += (key.len() + value.len()) as i64 - before as i64;
        self.staged.insert(key, Some(value));
    }

    pub(super) fn remove(&mut self, key: Vec<u8>, before: usize) {
        self.growth -= before as i64;
        self.staged.insert(key, None);
    }

    /// Puts samples in the blocks of samples.
    pub(super) fn merge(&mut self, samples: &Samples) -> Result<(), StoreError> {
        let mut samples = samples.iter().peekable();
        while let Some((time, _)) = samples.peek() {
            let time = **time;
            let owner = self.view().block_at(time)?;
            let end = self.view().next_block(time + 1)?.unwrap_or(i64::MAX);
            let new = iter::from_fn(|| samples.next_if(|(time, _)| **time < end));
            let new: Samples = new.map(|(time, values)| (*time, values.clone())).collect();
            match owner {
                Some(owner) => match owner.block {
                    // New samples go on in a block of their own, unless they are in the times of a block or it is small.
                    Ok(old) if self.is_half(&old) && old.last().is_some_and(|last| last.time < time) => {
                        self.put_samples(&new, None);
                    }
                    Ok(old) => {
                        let mut all: Samples = old.into_iter().map(|point| (point.time, point.values)).collect();
                        all.extend(new);
                        self.put_samples(&all, Some((owner.time, owner.len)));
                    }
                    Err(why) => {
                        self.damages.push(Damage::new(SAMPLES, owner.time, why));
                        self.put_samples(&new, Some((owner.time, owner.len)));
                    }
                },
                None => self.put_samples(&new, None),
            }
        }
        Ok(())
    }

    fn is_half(&self, points: &[Point]) -> bool {
        let values: usize = points.iter().map(|point| point.values.len()).sum();
        points.len() >= self.limits.samples / 2 || values >= self.limits.values / 2
    }

    /// Puts blocks of about the same size. `old` has the time and the length of the block that was at their first time.
    pub(super) fn put_samples(&mut self, samples: &Samples, old: Option<(i64, usize)>) {
        let values: usize = samples.values().map(Vec::len).sum();
        let blocks = samples.len().div_ceil(self.limits.samples).max(values.div_ceil(self.limits.values)).max(1);
        let samples: Vec<_> = samples.iter().map(|(time, values)| (*time, values.as_slice())).collect();
        for part in samples.chunks(samples.len().div_ceil(blocks).max(1)) {
            let time = part[0].0;
            let before = old.filter(|(old, _)| *old == time).map_or(0, |(_, len)| len);
            self.put(self.keys.at(SAMPLES, time), &block::put_points(part.iter().copied()), before);
        }
    }

    /// Makes all levels again in the buckets that have one of these times.
    pub(super) fn rebuild(&mut self, times: &[i64], samples: &Samples) -> Result<(), StoreError> {
        for level in 1..LEVELS.len() {
            let bucket = self.view().bucket(level);
            let mut touched = Missing::default();
            for time in times.iter().map(|time| floor(*time, bucket)) {
                touched.add(time..time + bucket);
            }
            for times in touched.joined().chunks(AT_ONCE) {
                self.rebuild_level(level, times, samples)?;
            }
        }
        Ok(())
    }

    /// Makes a level again in these times: the whole of them at once, because each block below is then read once for all.
    fn rebuild_level(&mut self, level: usize, times: &[Range<i64>], samples: &Samples) -> Result<(), StoreError> {
        let bucket = self.view().bucket(level);
        let old = self.view().cell_blocks(level, times)?;
        let mut damages = Vec::new();
        let cells = self.view().made(level, times, &mut damages)?;
        let mut buckets: BTreeMap<i64, Bucket> = BTreeMap::new();
        for cell in cells {
            buckets.entry(floor(cell.first, bucket)).or_default().cells.push(cell);
        }
        for found in old {
            let bucket = buckets.entry(found.time).or_default();
            bucket.before = Some(found.len);
            let Ok(old) = found.block else { continue };
            // Where samples are lost, the cells still have what they were.
            for damage in damages.iter().filter(|damage| damage.is_loss()) {
                bucket.restore(&old, LEVELS[level], &damage.times, samples);
            }
        }
        for (time, bucket) in buckets {
            let key = self.keys.at(keys::level(level), time);
            let samples: u64 = bucket.cells.iter().map(|cell| cell.count).sum();
            let is_dense = samples >= self.limits.dense * bucket.cells.len() as u64;
            if !bucket.cells.is_empty() && (is_dense || bucket.is_restored) {
                self.put(key, &block::put_cells(&bucket.cells), bucket.before.unwrap_or(0));
            } else if let Some(before) = bucket.before {
                self.remove(key, before);
            }
        }
        self.damages.extend(damages);
        Ok(())
    }
}

/// The new cells of one bucket, and the length of the block that it had.
#[derive(Default)]
struct Bucket {
    cells: Vec<Cell>,
    before: Option<usize>,
    is_restored: bool,
}

impl Bucket {
    /// Takes the old cells in these times, with the new samples.
    fn restore(&mut self, old: &[Cell], width: i64, times: &Range<i64>, samples: &Samples) {
        for cell in old.iter().filter(|cell| times.start <= cell.last && cell.first < times.end) {
            let begin = floor(cell.first, width);
            let mut cell = cell.clone();
            samples.range(begin..begin + width).for_each(|(time, values)| cell.fold(*time, values));
            self.cells.retain(|cell| floor(cell.first, width) != begin);
            self.cells.push(cell);
            self.is_restored = true;
        }
        self.cells.sort_by_key(|cell| cell.first);
    }
}
