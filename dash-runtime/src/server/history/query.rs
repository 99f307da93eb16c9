//! What is read of a history.

use std::{ops::ControlFlow, sync::Arc};

use super::{
    EARLIEST, History, LATEST, Limits, Micros, Point, Samples, block,
    cell::Cell,
    keys::{Keys, SAMPLES},
    levels::{LEVELS, floor},
    view::{Damage, NOT_STAGED, View, read},
};
use crate::server::store::{Order, Store, StoreError};

/// What a chart shows of a history.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Read {
    pub(crate) shown: Shown,
    /// What cannot be read, and why.
    pub(crate) told: Vec<String>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Shown {
    /// All samples from `from` up to, but without, `to`, in the order of their times.
    Samples(Vec<Point>),
    /// All cells that have a part of the span, in the order of their times. Each begins at a multiple of `width` since the
    /// Unix epoch, and has all samples of its width, also those outside of the span. There is none without a sample.
    Cells { width: Micros, cells: Vec<Cell> },
}

/// What a history has at one moment. It is read while others use the history, so nobody waits for a read.
#[derive(Debug, Clone)]
pub(crate) struct Snapshot {
    pub(super) keys: Arc<Keys>,
    pub(super) limits: Limits,
    pub(super) head: Arc<Samples>,
}

impl History {
    pub(crate) fn snapshot(&self) -> Snapshot {
        Snapshot { keys: Arc::clone(&self.keys), limits: self.limits.clone(), head: Arc::clone(&self.head) }
    }

    /// The time of the first sample, and of the last one. `None`: there is no sample.
    ///
    /// # Errors
    /// If the store cannot be read.
    #[cfg(test)]
    pub(crate) fn extent(&self, store: &dyn Store) -> Result<Option<(Micros, Micros)>, StoreError> {
        let stored = self.snapshot().view(store).next_block(i64::MIN)?;
        let head = self.head.first_key_value().map(|(time, _)| *time);
        let Some(first) = stored.into_iter().chain(head).min() else { return Ok(None) };
        let (last, _) = self.last(store, LATEST, 1)?;
        Ok(last.first().map(|point| (first.min(point.time), point.time)))
    }

    #[cfg(test)]
    pub(crate) fn read(&self, store: &dyn Store, from: Micros, to: Micros, points: usize) -> Result<Read, StoreError> {
        self.snapshot().read(store, from, to, points)
    }

    #[cfg(test)]
    pub(crate) fn last(
        &self,
        store: &dyn Store,
        until: Micros,
        count: usize,
    ) -> Result<(Vec<Point>, Vec<String>), StoreError> {
        self.snapshot().last(store, until, count)
    }
}

impl Snapshot {
    pub(super) fn view<'a>(&'a self, store: &'a dyn Store) -> View<'a> {
        View { store, keys: &self.keys, limits: &self.limits, staged: &NOT_STAGED, head: &self.head }
    }

    /// What is from `from` up to, but without, `to`, in at most `points` samples or cells (at least 2): the samples if there
    /// are not more of them, or cells. The width of the cells follows from `to - from` and `points` alone, so a chart that
    /// is moved gets the same ones again.
    ///
    /// Has the samples that are not written yet. May run while the history is written and gets samples: then it may have some
    /// of those too.
    ///
    /// # Errors
    /// If the store cannot be read. A damaged block is no error.
    pub(crate) fn read(&self, store: &dyn Store, from: Micros, to: Micros, points: usize) -> Result<Read, StoreError> {
        let view = self.view(store);
        let (from, to) = (from.clamp(EARLIEST, LATEST + 1), to.clamp(EARLIEST, LATEST + 1));
        let points = points.max(2);
        let (mut samples, mut damages) = (Vec::new(), Vec::new());
        let span = Some(from..to).filter(|span| !span.is_empty());
        view.samples(span.as_slice(), &mut damages, &mut |time, values| {
            samples.push(Point { time, values: values.to_vec() });
            if samples.len() > points { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })?;
        let shown = if samples.len() <= points {
            Shown::Samples(samples)
        } else {
            damages.clear();
            // A span without an end at a boundary has a part of one cell more than fit into it.
            let finest = (to - from - 1) / i64::try_from(points - 1).unwrap_or(i64::MAX) + 1;
            let level = LEVELS.iter().rposition(|width| *width <= finest).unwrap_or(0);
            let width = floor(finest + LEVELS[level] - 1, LEVELS[level]);
            let times = floor(from, width)..floor(to - 1, width) + width;
            Shown::Cells { width, cells: view.grouped(level, width, &[times], &mut damages)? }
        };
        Ok(Read { shown, told: texts(&damages) })
    }

    /// The last `count` samples up to `until`, in the order of their times. With the current time and a little more as
    /// `until`, the time of a wrong clock is not the end. The second result is what cannot be read, and why.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub(crate) fn last(
        &self,
        store: &dyn Store,
        until: Micros,
        count: usize,
    ) -> Result<(Vec<Point>, Vec<String>), StoreError> {
        let until = until.clamp(EARLIEST, LATEST);
        let (mut samples, mut damages) = (Samples::new(), Vec::new());
        let keys = self.keys.at(SAMPLES, i64::MIN)..self.keys.at(SAMPLES, until + 1);
        self.view(store).range(&keys.start..&keys.end, Order::Descending, &mut |key, value| {
            if samples.len() >= count {
                return ControlFlow::Break(());
            }
            match read(key, value, block::points) {
                Ok(points) => {
                    let points = points.into_iter().filter(|point| point.time <= until);
                    samples.extend(points.map(|point| (point.time, point.values)));
                }
                Err(why) => damages.push(Damage::new(SAMPLES, Keys::time(key), why)),
            }
            ControlFlow::Continue(())
        })?;
        samples.extend(self.head.range(..=until).map(|(time, values)| (*time, values.clone())));
        let skipped = samples.len().saturating_sub(count);
        let samples = samples.into_iter().skip(skipped).map(|(time, values)| Point { time, values });
        Ok((samples.collect(), texts(&damages)))
    }
}

pub(super) fn texts(damages: &[Damage]) -> Vec<String> {
    let mut texts: Vec<String> = damages.iter().map(ToString::to_string).collect();
    texts.sort();
    texts.dedup();
    texts
}
