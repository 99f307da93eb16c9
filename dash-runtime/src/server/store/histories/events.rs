//! Histories whose items are written in one append with the kept values that they have changed: the events of alarms, with
//! the lists of alarms. After the end of the process, neither is there without the other.

use std::{
    sync::{Arc, Mutex, atomic::Ordering},
    time::Duration,
};

use super::{Histories, Series, Unwritten, count, lock, tell};
use crate::server::{
    history::Micros,
    store::{Entry, Store},
};

/// The items that are to be written now.
#[derive(Debug, Default)]
pub(in crate::server::store) struct Events {
    histories: Vec<Arc<Mutex<Series>>>,
    entries: Vec<Entry>,
}

impl Events {
    pub(in crate::server::store) const fn is_empty(&self) -> bool {
        self.histories.is_empty()
    }

    pub(in crate::server::store) fn entries(&self) -> impl Iterator<Item = Entry> + '_ {
        self.entries.iter().cloned()
    }

    /// They are in the store.
    pub(in crate::server::store) fn written(self, histories: &Histories) {
        self.histories.iter().for_each(|history| lock(history).written());
        lock(&histories.unflushed).add(self.entries);
    }

    /// They could not be written, and are tried again with the next values.
    pub(in crate::server::store) fn failed(&self, histories: &Histories) {
        if !self.is_empty() {
            histories.has_events.store(true, Ordering::SeqCst);
        }
        self.histories.iter().for_each(|history| lock(history).failed());
    }
}

impl Histories {
    /// Whether there may be items that must be written in one append with the next values.
    pub(in crate::server::store) fn has_events(&self) -> bool {
        self.has_events.load(Ordering::SeqCst)
    }

    /// Takes the items that belong to values out of the queue.
    pub(in crate::server::store) fn unwritten_events(&self) -> Unwritten {
        self.has_events.store(false, Ordering::SeqCst);
        lock(&self.queue).take_events()
    }

    /// Lets `take` take the values and the items that wait, at one moment. Returns the values, and the items that belong to
    /// them or to values before. If the store cannot be read, the items stay for a later write.
    pub(in crate::server::store) fn take_events<T>(
        &self,
        store: &dyn Store,
        since: Duration,
        now: Micros,
        take: impl FnOnce() -> (T, Unwritten),
    ) -> (T, Events) {
        // What takes time, before readers of alarms wait for it. An error is told below.
        if self.has_events() {
            _ = self.dates(store, since, now);
            let keys = lock(&self.queue).keys(|kind| kind.with_values);
            for (key, kind) in keys {
                _ = self.handle(&key).open(store, &key, &kind);
            }
        }
        // A read takes items out of the queue too. None must come in between, or they would be here before their values.
        let _taking = lock(&self.taking_events);
        let (values, Unwritten(unwritten)) = take();
        for (key, samples) in unwritten {
            let Some(kind) = samples.first().map(|samples| samples.kind.clone()) else { continue };
            let handle = self.handle(&key);
            match handle.open(store, &key, &kind) {
                Ok(history) => {
                    let _taking = lock(&handle.taking);
                    self.give(store, &key, &history, samples);
                }
                Err(error) => self.not_kept(&key, &samples, &error),
            }
        }
        let mut events = Events::default();
        for (key, history) in self.opened() {
            if !lock(&history).has_events() {
                continue;
            }
            let dates = self.dates(store, since, now).and_then(|dates| count(store, &history).map(|()| dates));
            let written = dates.map(|dates| lock(&history).events(dates));
            match written {
                Ok(entries) => {
                    events.entries.extend(entries);
                    events.histories.push(history);
                }
                // The values must not wait for it.
                Err(error) => {
                    self.has_events.store(true, Ordering::SeqCst);
                    tell(&key, &[format!("it is not written: {error}")]);
                }
            }
        }
        (values, events)
    }
}
