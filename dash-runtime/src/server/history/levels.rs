//! Levels of detail: cells of several widths, made while writing.
//!
//! Each level divides time into buckets of as many cells as [`Limits::cells`] says. The cells of a bucket are one block.
//! A bucket without a block has few samples, so its cells are made from the level below, when they are read: a level that
//! would summarize nearly nothing is not stored. For the same reason a damaged block of cells is no loss.

use std::ops::{ControlFlow, Range};

use super::{
    cell::{Cell, Grouped},
    keys,
    view::{Ahead, Damage, View},
};
use crate::server::store::StoreError;

const SECOND: i64 = 1_000_000;
const HOUR: i64 = 3600 * SECOND;

/// The width of the cells of each level, in microseconds. Each is a multiple of the one before. The first one is the
/// samples themselves: it has no cells.
///
/// A read joins at most ten cells of a level to one, so 1 000 cells are made from at most 10 000. The widths up to a second
/// are for streams of thousands of samples in a second. They are not stored for slower ones.
pub(super) const LEVELS: [i64; 9] =
    [1, SECOND / 10, SECOND, 10 * SECOND, 60 * SECOND, 600 * SECOND, HOUR, 6 * HOUR, 24 * HOUR];

pub(super) const fn floor(time: i64, width: i64) -> i64 {
    time.div_euclid(width) * width
}

impl View<'_> {
    pub(super) const fn bucket(&self, level: usize) -> i64 {
        LEVELS[level] * self.limits.cells
    }

    /// Cells of a level in these times, which are in order and apart, and begin and end between two cells. Where the level is
    /// not stored, the cells of the levels below it: who joins them to wider cells does that once, and not once for each level.
    fn parts(&self, level: usize, times: &[Range<i64>], damages: &mut Vec<Damage>) -> Result<Vec<Cell>, StoreError> {
        if times.is_empty() {
            return Ok(Vec::new());
        }
        let (width, bucket) = (LEVELS[level], self.bucket(level));
        let mut buckets = Missing::default();
        times.iter().for_each(|times| buckets.add(floor(times.start, bucket)..times.end));
        let (mut cells, mut stored, mut wanted) = (Vec::new(), Vec::new(), Ahead(times));
        for found in self.cell_blocks(level, &buckets.joined())? {
            match found.block {
                Ok(block) => {
                    stored.push(found.time..found.time + bucket);
                    cells.extend(block.into_iter().filter(|cell| wanted.has(floor(cell.first, width))));
                }
                Err(why) => damages.push(Damage::new(keys::level(level), found.time, why)),
            }
        }
        let mut missing = Missing::without(times, &stored);
        for time in times.iter().flat_map(|times| self.head.range(times.clone())).map(|(time, _)| floor(*time, width)) {
            missing.add(time..time + width);
        }
        let missing = missing.joined();
        let mut made_again = Ahead(&missing);
        cells.retain(|cell| !made_again.has(cell.first));
        cells.extend(match level {
            1 => self.made(level, &missing, damages)?,
            _ => self.parts(level - 1, &missing, damages)?,
        });
        cells.sort_by_key(|cell| cell.first);
        Ok(cells)
    }

    /// The cells of a level in these times, made from the level below.
    pub(super) fn made(
        &self,
        level: usize,
        times: &[Range<i64>],
        damages: &mut Vec<Damage>,
    ) -> Result<Vec<Cell>, StoreError> {
        self.grouped(level - 1, LEVELS[level], times, damages)
    }

    /// Cells of any width, made from the cells of a level.
    pub(super) fn grouped(
        &self,
        level: usize,
        width: i64,
        times: &[Range<i64>],
        damages: &mut Vec<Damage>,
    ) -> Result<Vec<Cell>, StoreError> {
        let mut grouped = Grouped::new(width);
        if level == 0 {
            self.samples(times, damages, &mut |time, values| {
                grouped.add(time, values);
                ControlFlow::Continue(())
            })?;
        } else {
            self.parts(level, times, damages)?.into_iter().for_each(|cell| grouped.join(cell));
        }
        Ok(grouped.cells)
    }
}

/// Ranges of times, in any order.
#[derive(Default)]
pub(super) struct Missing(Vec<Range<i64>>);

impl Missing {
    pub(super) fn add(&mut self, times: Range<i64>) {
        if times.is_empty() {
            return;
        }
        match self.0.last_mut() {
            Some(last) if last.start <= times.start && times.start <= last.end => last.end = last.end.max(times.end),
            _ => self.0.push(times),
        }
    }

    /// What is in `times` but not in `stored`. Both are in order and apart.
    fn without(times: &[Range<i64>], mut stored: &[Range<i64>]) -> Self {
        let mut missing = Self::default();
        for Range { start, end } in times {
            let mut from = *start;
            while let [first, rest @ ..] = stored
                && first.start < *end
            {
                missing.add(from..first.start);
                from = from.max(first.end);
                // It may reach into the next times too.
                if first.end > *end {
                    break;
                }
                stored = rest;
            }
            missing.add(from..*end);
        }
        missing
    }

    /// The same times in order, in as few ranges as possible.
    pub(super) fn joined(mut self) -> Vec<Range<i64>> {
        self.0.sort_by_key(|times| times.start);
        let mut joined = Self::default();
        self.0.into_iter().for_each(|times| joined.add(times));
        joined.0
    }
}
