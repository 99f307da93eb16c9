//! What a history has: the blocks in the store, changes of them that are not written yet, and samples in memory.

use std::{
    collections::BTreeMap,
    fmt,
    ops::{
        Bound::{Excluded, Included},
        ControlFlow, Range,
    },
};

use super::{
    Limits, Point, Samples, block,
    cell::Cell,
    keys::{self, Keys, SAMPLES},
};
use crate::server::store::{NoRecord, Order, Record, Store, StoreError, Table, Visit};

/// Blocks that will be written, or removed.
pub(super) type Staged = BTreeMap<Vec<u8>, Option<Vec<u8>>>;

/// Is given each sample, and says whether to go on.
type VisitSample<'a> = dyn FnMut(i64, &[Option<f64>]) -> ControlFlow<()> + 'a;

pub(super) static NO_SAMPLES: Samples = BTreeMap::new();
pub(super) static NOT_STAGED: Staged = BTreeMap::new();

#[derive(Clone, Copy)]
pub(super) struct View<'a> {
    pub(super) store: &'a dyn Store,
    pub(super) keys: &'a Keys,
    pub(super) limits: &'a Limits,
    pub(super) staged: &'a Staged,
    /// They replace samples with the same times.
    pub(super) head: &'a Samples,
}

/// A block that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Damage {
    pub(super) table: u8,
    /// The samples in these times may be missing.
    pub(super) times: Range<i64>,
    why: NoRecord,
}

impl Damage {
    pub(super) const fn new(table: u8, time: i64, why: NoRecord) -> Self {
        Self { table, times: time..i64::MAX, why }
    }

    /// Whether samples are lost with it. A block of cells is made again from the samples.
    pub(super) const fn is_loss(&self) -> bool {
        self.table == SAMPLES
    }
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = if self.is_loss() { "samples" } else { "averages" };
        let from = self.times.start as f64 / 1e6;
        write!(f, "a block of {what} from {from:.3} s after 1970 on is left out: {}", self.why)
    }
}

/// The key of a block with its length in the store, and what is in it.
pub(super) struct Found<T> {
    pub(super) time: i64,
    pub(super) len: usize,
    pub(super) block: Result<T, NoRecord>,
}

/// Reads the block that was stored under `key`.
pub(super) fn read<T>(key: &[u8], value: &[u8], block: fn(&[u8]) -> Option<T>) -> Result<T, NoRecord> {
    block(Record::read(key, value)?.body).ok_or(NoRecord::Damaged)
}

fn found<T>(key: &[u8], value: &[u8], block: fn(&[u8]) -> Option<T>) -> Found<T> {
    Found { time: Keys::time(key), len: key.len() + value.len(), block: read(key, value, block) }
}

impl View<'_> {
    /// Visits the blocks in these keys.
    pub(super) fn range(&self, keys: Range<&[u8]>, order: Order, visit: &mut Visit<'_>) -> Result<(), StoreError> {
        if keys.is_empty() {
            return Ok(());
        }
        let mut staged = self.staged.range::<[u8], _>((Included(keys.start), Excluded(keys.end)));
        let mut next = || match order {
            Order::Ascending => staged.next(),
            Order::Descending => staged.next_back(),
        };
        let mut ahead = next();
        let mut flow = ControlFlow::Continue(());
        self.store.range(Table::Histories, keys, order, &mut |key, value| {
            while flow.is_continue()
                && let Some((own, change)) = ahead
            {
                let is_before = match order {
                    Order::Ascending => own.as_slice() <= key,
                    Order::Descending => own.as_slice() >= key,
                };
                if !is_before {
                    break;
                }
                ahead = next();
                if let Some(value) = change {
                    flow = visit(own, value);
                }
                if own == key {
                    return flow;
                }
            }
            if flow.is_continue() {
                flow = visit(key, value);
            }
            flow
        })?;
        while flow.is_continue()
            && let Some((own, change)) = ahead
        {
            ahead = next();
            if let Some(value) = change {
                flow = visit(own, value);
            }
        }
        Ok(())
    }

    /// The block of samples that begins last, at `time` or before.
    pub(super) fn block_at(&self, time: i64) -> Result<Option<Found<Vec<Point>>>, StoreError> {
        self.last_block(time, |key, value| found(key, value, block::points))
    }

    fn last_block<T>(&self, time: i64, read: impl Fn(&[u8], &[u8]) -> T) -> Result<Option<T>, StoreError> {
        let keys = self.keys.at(SAMPLES, i64::MIN)..self.keys.at(SAMPLES, time.saturating_add(1));
        let mut last = None;
        self.range(&keys.start..&keys.end, Order::Descending, &mut |key, value| {
            last = Some(read(key, value));
            ControlFlow::Break(())
        })?;
        Ok(last)
    }

    /// When the block of samples begins that is the first one at `time` or later.
    pub(super) fn next_block(&self, time: i64) -> Result<Option<i64>, StoreError> {
        let mut next = None;
        self.range(&self.keys.at(SAMPLES, time)..&self.keys.end(SAMPLES), Order::Ascending, &mut |key, _| {
            next = Some(Keys::time(key));
            ControlFlow::Break(())
        })?;
        Ok(next)
    }

    /// Visits all samples in these times, which are in order and apart, in their order, until `visit` breaks off. Reads each
    /// block once.
    pub(super) fn samples(
        &self,
        times: &[Range<i64>],
        damages: &mut Vec<Damage>,
        visit: &mut VisitSample<'_>,
    ) -> Result<(), StoreError> {
        let Some(last) = times.last() else { return Ok(()) };
        let end = self.keys.at(SAMPLES, last.end);
        let mut head = times.iter().flat_map(|times| self.head.range(times.clone())).peekable();
        let mut flow = ControlFlow::Continue(());
        let mut rest = Ahead(times);
        while flow.is_continue()
            && let Some(next) = rest.0.first()
        {
            // The store may change between these two reads. But a merge never adds a block to an earlier one, so what was in
            // this block is behind its key.
            let begin = self.last_block(next.start, |key, _| Keys::time(key))?.unwrap_or(next.start);
            let (mut passed, mut is_far) = (0, false);
            // Where a block ends is known when the next one is there.
            let mut held: Option<(Vec<u8>, Vec<u8>)> = None;
            let mut visit_until = |held: (Vec<u8>, Vec<u8>), until: i64, rest: &Ahead<'_>| {
                let time = Keys::time(&held.0);
                let points = match read(&held.0, &held.1, block::points) {
                    Ok(points) => points,
                    Err(why) => {
                        damages.push(Damage { table: SAMPLES, times: time..until, why });
                        return ControlFlow::Continue(());
                    }
                };
                let mut wanted = *rest;
                for point in points.into_iter().filter(|point| wanted.has(point.time)) {
                    while let Some((time, values)) = head.next_if(|(time, _)| **time < point.time) {
                        visit(*time, values)?;
                    }
                    match head.next_if(|(time, _)| **time == point.time) {
                        Some((time, values)) => visit(*time, values)?,
                        None => visit(point.time, &point.values)?,
                    }
                }
                ControlFlow::Continue(())
            };
            self.range(&self.keys.at(SAMPLES, begin)..&end, Order::Ascending, &mut |key, value| {
                let time = Keys::time(key);
                if let Some(block) = held.take() {
                    if rest.begins_before(time) {
                        passed = 0;
                        flow = visit_until(block, time, &rest);
                    } else {
                        passed += 1;
                        is_far = passed > PASSED;
                    }
                }
                rest.pass(time);
                if flow.is_break() || is_far || rest.0.is_empty() {
                    return ControlFlow::Break(());
                }
                held = Some((key.to_vec(), value.to_vec()));
                ControlFlow::Continue(())
            })?;
            if let Some(block) = held {
                flow = visit_until(block, i64::MAX, &rest);
            }
            if !is_far {
                break;
            }
        }
        for (time, values) in head {
            if flow.is_break() {
                break;
            }
            flow = visit(*time, values);
        }
        Ok(())
    }

    /// The blocks of cells of this level that begin in these times, which are in order and apart.
    pub(super) fn cell_blocks(&self, level: usize, times: &[Range<i64>]) -> Result<Vec<Found<Vec<Cell>>>, StoreError> {
        let table = keys::level(level);
        let Some(last) = times.last() else { return Ok(Vec::new()) };
        let end = self.keys.at(table, last.end);
        let (mut blocks, mut rest) = (Vec::new(), Ahead(times));
        while let Some(next) = rest.0.first() {
            let (mut passed, mut is_far) = (0, false);
            self.range(&self.keys.at(table, next.start)..&end, Order::Ascending, &mut |key, value| {
                if rest.has(Keys::time(key)) {
                    passed = 0;
                    blocks.push(found(key, value, block::cells));
                } else {
                    passed += 1;
                    is_far = passed > PASSED;
                }
                if is_far { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            })?;
            if !is_far {
                break;
            }
        }
        Ok(blocks)
    }
}

/// So many blocks that are not wanted are passed over before the next one that is wanted is searched for: a search takes
/// longer. So few searches are made for times that are near each other, and few blocks are passed over between others.
const PASSED: usize = 8;

/// The rest of some times that are in order and apart. It is asked for later and later times.
#[derive(Clone, Copy)]
pub(super) struct Ahead<'a>(pub(super) &'a [Range<i64>]);

impl Ahead<'_> {
    /// Passes over those that end before this time.
    fn pass(&mut self, time: i64) {
        while let [first, rest @ ..] = self.0
            && first.end <= time
        {
            self.0 = rest;
        }
    }

    fn begins_before(&self, time: i64) -> bool {
        self.0.first().is_some_and(|first| first.start < time)
    }

    pub(super) fn has(&mut self, time: i64) -> bool {
        self.pass(time);
        self.0.first().is_some_and(|first| first.start <= time)
    }
}
