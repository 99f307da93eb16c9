//! What the thread of the store does when it wakes up.

use std::{
    sync::{Arc, atomic::Ordering},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use super::{News, Shared, Taken, Waiting, keeper::name_of, pace::Pace};
use crate::{
    server::{
        history::Micros,
        store::{Entry, Flush, Level, Record, Store, StoreError, StoreFault, Table},
    },
    value::Value,
    words::log,
};

/// The time until a write that has failed is tried again.
const AGAIN: Duration = Duration::from_secs(1);

/// The longest value that is kept, in bytes of JSON. The whole value is written at each change of it.
const LONGEST: usize = 1024 * 1024;

/// The time, as the thread is told it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment {
    /// The time since the start of the thread.
    pub(super) since: Duration,
    /// The time since the Unix epoch, in microseconds.
    pub(super) date: Micros,
}

impl Moment {
    fn now(began: Instant) -> Self {
        let date = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self { since: began.elapsed(), date: Micros::try_from(date.as_micros()).unwrap_or(Micros::MAX) }
    }
}

/// What the thread does next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    Sleep,
    /// Something could not be written.
    TryAgain,
    End,
}

pub(super) struct Thread {
    store: Arc<dyn Store>,
    pub(super) pace: Pace,
}

impl Thread {
    pub(super) fn new(store: Arc<dyn Store>, flush: Flush) -> Self {
        Self { store, pace: Pace::new(flush) }
    }

    pub(super) fn run(mut self, shared: &Shared) {
        let began = Instant::now();
        loop {
            let news = shared.sleep(self.pace.next().map(|at| began + at));
            match self.turn(shared, news, Moment::now(began)) {
                Next::Sleep => {}
                Next::TryAgain => shared.rest(AGAIN),
                Next::End => return,
            }
        }
    }

    /// Writes what it is time for. At the end everything is.
    pub(super) fn turn(&mut self, shared: &Shared, news: News, now: Moment) -> Next {
        if news.is_changed {
            self.pace.changed(now.since);
        }
        if news.is_measured {
            self.pace.measured(now.since);
            shared.histories.make_room(&*self.store);
        }
        let is_due = news.is_awaited || news.has_ended || self.pace.is_write_due(now.since);
        let taken = is_due.then(|| shared.take());
        let states = taken.as_ref().map_or(Ok(()), |taken| self.write(shared, taken, news.is_awaited, now));
        // Also if the states could not be written: there may be no later time for the samples.
        let histories = self.write_histories(shared, news.has_ended, now);
        match states.and(histories).and_then(|()| self.flush(shared, news.has_ended, now)) {
            Ok(()) => {
                if shared.has_failed.swap(false, Ordering::AcqRel) {
                    log::warn(&"the store is written again");
                    shared.tell(None);
                }
                if news.has_ended { Next::End } else { Next::Sleep }
            }
            Err(error) => {
                failed(shared, &error);
                if error.fault() == StoreFault::Broken || news.has_ended {
                    return Next::End;
                }
                if let Some(taken) = taken {
                    shared.put_back(taken);
                }
                Next::TryAgain
            }
        }
    }

    fn write(&mut self, shared: &Shared, taken: &Taken, is_awaited: bool, now: Moment) -> Result<(), StoreError> {
        if !taken.waiting.is_empty() {
            self.store.append(&entries(taken, now), Level::Crash)?;
            self.pace.wrote(now.since, is_awaited);
        } else if is_awaited {
            self.pace.told(now.since);
        }
        shared.written.send_replace(taken.number);
        shared.is_behind.store(false, Ordering::Release);
        Ok(())
    }

    /// Writes the new samples of all histories.
    fn write_histories(&mut self, shared: &Shared, has_ended: bool, now: Moment) -> Result<(), StoreError> {
        if has_ended || self.pace.are_samples_due(now.since) {
            let were_some = shared.histories.write(&*self.store, now.date)?;
            self.pace.wrote_samples(were_some);
        }
        Ok(())
    }

    /// Flushes what was written to the disk.
    fn flush(&mut self, shared: &Shared, has_ended: bool, now: Moment) -> Result<(), StoreError> {
        if self.pace.is_flush_due(now.since) || has_ended && self.pace.has_unflushed() {
            let begun = Instant::now();
            self.store.append(&[], Level::Power)?;
            self.pace.flushed(now.since, begun.elapsed());
            shared.flushed.store(*shared.written.borrow(), Ordering::Release);
        }
        Ok(())
    }
}

fn failed(shared: &Shared, error: &StoreError) {
    shared.is_behind.store(true, Ordering::Release);
    let is_broken = error.fault() == StoreFault::Broken;
    shared.is_broken.store(is_broken, Ordering::Release);
    if shared.has_failed.swap(true, Ordering::AcqRel) && !is_broken {
        return;
    }
    let then =
        if is_broken { "nothing is kept until the program is started again" } else { "it is tried again every second" };
    log::error(&format_args!("the store cannot be written: {error}; {then}"));
    shared.tell(Some(&error.to_string()));
}

fn entries(taken: &Taken, now: Moment) -> Vec<Entry> {
    let time = u64::try_from(now.date / 1000).unwrap_or(0);
    let all = taken.waiting.iter();
    all.filter(|(key, Waiting { value, .. })| value.as_ref().is_none_or(|value| is_kept(key, value)))
        .map(|(key, Waiting { value, epoch, rev })| {
            let body = value.as_ref().map(|value| value.json().as_bytes());
            let value = body.map(|body| Record { epoch: *epoch, rev: *rev, time, body }.to_bytes(key));
            Entry { table: Table::States, key: key.clone(), value }
        })
        .collect()
}

/// Whether a value is short enough. Its JSON is made here, on the thread of the store, because the engine may not need it.
fn is_kept(key: &[u8], value: &Value) -> bool {
    let is_short = value.json().len() <= LONGEST;
    if !is_short && log::is_rare("kept", 1, || name_of(key)) {
        log::warn(&format_args!("`{}` is larger than {LONGEST} bytes, so it is not kept", name_of(key)));
    }
    is_short
}
