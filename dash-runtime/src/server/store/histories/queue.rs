//! The samples that no history has taken yet.

use std::collections::HashMap;

use super::{Kind, Samples};
use crate::words::log;

/// The most samples that wait for the disk. More are dropped, so that a disk that hangs does not fill the memory. A record
/// counts as one sample for each [`RECORD`](super::RECORD) bytes.
const WAITING: usize = 200_000;

/// New samples, each with those of the same history.
#[derive(Debug, Default)]
pub(super) struct Queue {
    /// By the keys of the histories.
    waiting: HashMap<Vec<u8>, Vec<Samples>>,
    /// How many they are, with those that a history is taking.
    count: usize,
    /// Whether the thread of the store is told of them.
    is_told: bool,
}

/// Samples that are taken out of the queue. They count until they are [given](Queue::given) to a history.
#[derive(Debug, Default)]
pub(in crate::server::store) struct Unwritten(pub(super) Vec<(Vec<u8>, Vec<Samples>)>);

impl Queue {
    /// Puts new samples in. Returns whether the thread of the store must be told: that there is something new, or that the
    /// queue is half full. Not of what is written with values, because it is told of those.
    pub(super) fn put(&mut self, new: impl IntoIterator<Item = Samples>) -> bool {
        let (was_told, was_crowded) = (self.is_told, self.is_crowded());
        for samples in new {
            let count = samples.count();
            if self.count + count > WAITING {
                let line = || "samples are not kept: the store takes them too slowly".to_owned();
                if log::is_rare("history", 1, line) {
                    log::warn(&line());
                }
                continue;
            }
            self.is_told |= !samples.kind.with_values;
            self.count += count;
            self.waiting.entry(samples.key.clone()).or_default().push(samples);
        }
        self.is_told && !was_told || self.is_crowded() && !was_crowded
    }

    /// The histories that have samples here, of the kinds that are wanted.
    pub(super) fn keys(&self, mut is_wanted: impl FnMut(&Kind) -> bool) -> Vec<(Vec<u8>, Kind)> {
        let kinds = self.waiting.iter().filter_map(|(key, samples)| Some((key, &samples.first()?.kind)));
        kinds.filter(|(_, kind)| is_wanted(kind)).map(|(key, kind)| (key.clone(), kind.clone())).collect()
    }

    /// The same of all kinds, for the thread of the store. It is told of what comes from now on.
    pub(super) fn all(&mut self) -> Vec<(Vec<u8>, Kind)> {
        self.is_told = false;
        self.keys(|_| true)
    }

    /// Takes the samples of a history out.
    pub(super) fn take(&mut self, key: &[u8]) -> Vec<Samples> {
        self.waiting.remove(key).unwrap_or_default()
    }

    /// Takes out what is written together with values.
    pub(super) fn take_events(&mut self) -> Unwritten {
        let is_event = |samples: &Vec<Samples>| samples.iter().any(|samples| samples.kind.with_values);
        Unwritten(self.waiting.extract_if(|_, samples| is_event(samples)).collect())
    }

    /// A history has these samples, or they are dropped.
    pub(super) const fn given(&mut self, count: usize) {
        self.count -= count;
    }

    pub(super) const fn is_crowded(&self) -> bool {
        self.count > WAITING / 2
    }

    /// The bytes of what waits.
    #[cfg(test)]
    pub(super) fn bytes(&self) -> usize {
        self.waiting.values().flatten().flat_map(|samples| &samples.items).map(|item| item.json().len()).sum()
    }
}
