//! Removes what is older than the span of a history, or more than its size.

use std::ops::ControlFlow;

use super::{
    EARLIEST, LATEST, Samples,
    keys::{self, Keys, SAMPLES},
    levels::{LEVELS, floor},
    merge::Stage,
};
use crate::{
    history::Retention,
    server::store::{Order, StoreError},
};

/// The part of a bound by which more is removed than must be, so that it is removed seldom.
const PART: i64 = 32;

impl Retention {
    /// The time of the oldest sample that is kept at `now`.
    pub(super) fn floor(&self, now: i64) -> i64 {
        if self.span.is_zero() { i64::MIN } else { now.saturating_sub(self.micros()) }
    }

    fn micros(&self) -> i64 {
        i64::try_from(self.span.as_micros()).unwrap_or(i64::MAX)
    }

    /// Whether something has to be removed of a history that begins at `oldest`, with so many bytes.
    pub(super) fn is_due(&self, now: i64, oldest: i64, bytes: u64) -> bool {
        let late = self.floor(now).saturating_sub(self.micros() / PART);
        (!self.span.is_zero() && oldest < late) || self.is_over(bytes)
    }

    pub(super) const fn is_over(&self, bytes: u64) -> bool {
        self.size > 0 && bytes > self.size
    }

    /// How many of these bytes have to be removed.
    pub(super) fn excess(&self, bytes: u64) -> u64 {
        if self.is_over(bytes) { bytes - (self.size - self.size / PART as u64) } else { 0 }
    }
}

impl Stage<'_> {
    /// Removes the oldest samples, and their cells. Returns the time before which there is nothing any more, or `None` if
    /// nothing had to be removed. Removes only so many blocks at once; the rest is removed at the next time.
    pub(super) fn cut(&mut self, retention: Retention, now: i64, bytes: u64) -> Result<Option<i64>, StoreError> {
        let floor = retention.floor(now).clamp(EARLIEST, LATEST);
        let excess = retention.excess(bytes.saturating_add_signed(self.growth));
        let (mut old, mut freed) = (Vec::new(), 0);
        // When the first block begins that stays.
        let mut rest = None;
        let most = self.limits.removed;
        let keys = self.keys.at(SAMPLES, i64::MIN)..self.keys.end(SAMPLES);
        self.view().range(&keys.start..&keys.end, Order::Ascending, &mut |key, value| {
            let time = Keys::time(key);
            if (time >= floor && freed >= excess) || old.len() == most {
                rest = Some(time);
                return ControlFlow::Break(());
            }
            let len = key.len() + value.len();
            // The blocks that must go because of their size. The last one that must go because of its age may stay in part.
            old.push((time, len, freed < excess));
            freed += len as u64;
            ControlFlow::Continue(())
        })?;
        let Some((last, last_len, is_whole)) = old.pop() else { return Ok(None) };
        for (time, len, _) in old {
            self.remove(self.keys.at(SAMPLES, time), len);
        }
        let behind = rest.unwrap_or(LATEST + 1);
        let cut = if is_whole || floor > behind { behind } else { floor };
        let block = if is_whole { None } else { self.view().block_at(last)?.map(|found| found.block) };
        match block {
            // Which of its samples are old is not known.
            Some(Err(_)) if cut < behind => {}
            block => {
                let points = block.and_then(Result::ok).unwrap_or_default().into_iter();
                let kept: Samples =
                    points.filter(|point| point.time >= cut).map(|point| (point.time, point.values)).collect();
                self.remove(self.keys.at(SAMPLES, last), last_len);
                if !kept.is_empty() {
                    self.put_samples(&kept, None);
                }
            }
        }
        for level in 1..LEVELS.len() {
            self.cut_level(level, cut)?;
        }
        Ok(Some(cut))
    }

    fn cut_level(&mut self, level: usize, cut: i64) -> Result<(), StoreError> {
        let first = floor(cut, self.view().bucket(level));
        let keys = self.keys.at(keys::level(level), i64::MIN)..self.keys.at(keys::level(level), first);
        let mut old = Vec::new();
        self.view().range(&keys.start..&keys.end, Order::Ascending, &mut |key, value| {
            old.push((key.to_vec(), key.len() + value.len()));
            ControlFlow::Continue(())
        })?;
        for (key, len) in old {
            self.remove(key, len);
        }
        Ok(())
    }
}
