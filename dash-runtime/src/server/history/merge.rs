//! Puts samples at their places among the stored blocks, and makes the levels again there.

use std::{collections::BTreeMap, iter, ops::Range};

use super::{
    Limits, Point, Samples, block,
    cell::Cell,
    keys::{self, Keys, SAMPLES},
    levels::{LEVELS, Missing, floor},
    view::{Damage, NO_SAMPLES, Staged, View},
};
use crate::server::store::{Record, Store, StoreError};

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
            for times in touched.joined() {
                self.rebuild_level(level, times, samples)?;
            }
        }
        Ok(())
    }

    fn rebuild_level(&mut self, level: usize, times: Range<i64>, samples: &Samples) -> Result<(), StoreError> {
        let bucket = self.view().bucket(level);
        let old = self.view().cell_blocks(level, times.clone())?;
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
