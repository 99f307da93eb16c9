//! What the thread of the store does when it wakes up, and what other threads do in its place.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, atomic::Ordering},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use super::{News, Shared, Taken, Waiting, keeper::name_of, pace::Pace};
use crate::{
    server::{
        history::Micros,
        lock,
        store::{Entry, Flush, Level, Record, Store, StoreError, StoreFault, Table},
    },
    value::Value,
    words::log,
};

/// The time until a write that has failed is tried again.
const AGAIN: Duration = Duration::from_secs(1);

/// A write in the place of the thread that takes longer than this is not what it is for.
const QUICK: Duration = Duration::from_millis(1);

/// How long the thread does all writes itself after such a one.
const SLOW: Duration = Duration::from_secs(1);

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

/// What the thread has, and who writes in its place.
#[derive(Debug)]
pub(super) struct Thread {
    store: Arc<dyn Store>,
    began: Instant,
    pub(super) pace: Pace,
    /// The values that were written since the last flush. After a failed write or flush nobody knows what is on the disk, so
    /// they are written again.
    unflushed: BTreeMap<Vec<u8>, Waiting>,
    /// Whether a write or a flush has failed since.
    pub(super) is_doubtful: bool,
    /// Until then nobody writes in its place.
    slow_until: Duration,
}

pub(super) fn run(work: &Mutex<Option<Thread>>, shared: &Shared) {
    loop {
        let next = lock(work).as_ref().and_then(|own| own.pace.next().map(|at| own.began + at));
        let news = shared.sleep(next);
        let mut own = lock(work);
        let next = own.as_mut().map_or(Next::End, |own| {
            let now = own.now();
            own.turn(shared, news, now)
        });
        if next == Next::End {
            // Closes the store, so that another program can use it.
            own.take();
            return;
        }
        drop(own);
        if next == Next::TryAgain {
            shared.rest(AGAIN);
        }
    }
}

impl Thread {
    pub(super) fn new(store: Arc<dyn Store>, flush: Flush) -> Self {
        Self {
            store,
            began: Instant::now(),
            pace: Pace::new(flush),
            unflushed: BTreeMap::new(),
            is_doubtful: false,
            slow_until: Duration::ZERO,
        }
    }

    pub(super) fn now(&self) -> Moment {
        Moment::now(self.began)
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
        if news.is_quiet {
            self.pace.quiet(now.since);
        }
        let with_quiet = news.has_ended || self.pace.is_quiet_due(now.since);
        let is_due = news.is_awaited || with_quiet || self.pace.is_write_due(now.since) || self.is_doubtful;
        let states = if is_due { self.write(shared, with_quiet, news.is_awaited, now) } else { Ok(()) };
        // Also if the states could not be written: there may be no later time for the samples. Not on a store that may lack
        // what the histories count on.
        let histories = if self.is_doubtful { Ok(()) } else { self.write_histories(shared, news.has_ended, now) };
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
                self.is_doubtful = true;
                // As soon as possible, also if nothing new comes.
                shared.news(|news| news.is_awaited = true);
                Next::TryAgain
            }
        }
    }

    fn write(&mut self, shared: &Shared, with_quiet: bool, is_awaited: bool, now: Moment) -> Result<(), StoreError> {
        if self.is_doubtful {
            self.write_again(shared, now)?;
        }
        let take = || shared.take(with_quiet);
        let (Taken { waiting, has_values, number }, events) =
            shared.histories.take_events(&*self.store, now.since, now.date, take);
        if !waiting.is_empty() || !events.is_empty() {
            let mut entries = entries(&waiting, now);
            // In one append, so that after the end of the process neither is there without the other.
            entries.extend(events.entries());
            if let Err(error) = self.store.append(&entries, Level::Crash) {
                events.failed(&shared.histories);
                shared.put_back(waiting);
                return Err(error);
            }
            self.unflushed.extend(waiting);
            if !events.is_empty() {
                // What is too old or too much is removed soon.
                self.pace.measured(now.since);
            }
            events.written(&shared.histories);
        }
        if with_quiet {
            self.pace.wrote_quiet(now.since);
        }
        if !has_values {
            self.pace.found_nothing();
            if is_awaited {
                self.pace.told(now.since);
            }
        } else {
            self.pace.wrote(now.since, is_awaited);
        }
        shared.written.send_replace(number);
        shared.is_behind.store(false, Ordering::Release);
        Ok(())
    }

    /// Writes the values that wait, in the place of the thread, if that takes microseconds. Otherwise the thread does it, and
    /// nothing has happened.
    pub(super) fn write_here(&mut self, shared: &Shared, now: Moment) {
        if self.is_doubtful || now.since < self.slow_until {
            return;
        }
        let Some((waiting, number)) = shared.take_values() else { return };
        let begun = Instant::now();
        let appended = self.store.append_now(&entries(&waiting, now));
        if begun.elapsed() > QUICK {
            self.slow_until = now.since + begun.elapsed() + SLOW;
        }
        let next = self.pace.next();
        match appended {
            Some(Ok(())) => {
                self.unflushed.extend(waiting);
                self.pace.wrote(now.since, true);
                shared.written.send_replace(number);
                // Sleeps until then.
                if self.pace.next().is_some_and(|at| next.is_none_or(|next| at < next)) {
                    shared.news(|news| news.is_flushed_earlier = true);
                }
            }
            refused => {
                shared.put_back(waiting);
                if let Some(Err(error)) = refused {
                    failed(shared, &error);
                    self.is_doubtful = true;
                }
                shared.news(|news| news.is_awaited = true);
            }
        }
    }

    /// Writes once more what was written since the last flush, in one append, so that events and lists of alarms are not
    /// separated. Nothing else is written before.
    fn write_again(&mut self, shared: &Shared, now: Moment) -> Result<(), StoreError> {
        let mut entries = entries(&self.unflushed, now);
        entries.extend(shared.histories.again());
        if !entries.is_empty() {
            self.store.append(&entries, Level::Crash)?;
            self.pace.wrote_again();
        }
        shared.histories.written_again();
        self.is_doubtful = false;
        Ok(())
    }

    /// Writes the new samples of all histories.
    fn write_histories(&mut self, shared: &Shared, has_ended: bool, now: Moment) -> Result<(), StoreError> {
        if has_ended || self.pace.are_samples_due(now.since) {
            let were_some = shared.histories.write(&*self.store, now.since, now.date)?;
            self.pace.wrote_samples(now.since, were_some);
        }
        Ok(())
    }

    /// Flushes what was written to the disk.
    fn flush(&mut self, shared: &Shared, has_ended: bool, now: Moment) -> Result<(), StoreError> {
        if self.pace.is_flush_due(now.since) || has_ended && self.pace.has_unflushed() {
            let begun = Instant::now();
            self.store.append(&[], Level::Power)?;
            self.pace.flushed(now.since, begun.elapsed());
            self.unflushed.clear();
            shared.histories.flushed();
            shared.flushed.store(*shared.written.borrow(), Ordering::Release);
        }
        Ok(())
    }
}

fn failed(shared: &Shared, error: &StoreError) {
    shared.is_behind.store(true, Ordering::Release);
    let is_broken = error.fault() == StoreFault::Broken;
    let was_broken = shared.is_broken.swap(is_broken, Ordering::AcqRel);
    if shared.has_failed.swap(true, Ordering::AcqRel) && (was_broken || !is_broken) {
        return;
    }
    let then =
        if is_broken { "nothing is kept until the program is started again" } else { "it is tried again every second" };
    log::error(&format_args!("the store cannot be written: {error}; {then}"));
    shared.tell(Some(&error.to_string()));
}

fn entries(waiting: &BTreeMap<Vec<u8>, Waiting>, now: Moment) -> Vec<Entry> {
    let time = u64::try_from(now.date / 1000).unwrap_or(0);
    let all = waiting.iter();
    all.map(|(key, Waiting { value, epoch, rev })| {
        // In the place of one that is too long there is none: an older one would come back as if it were the last.
        let kept = value.as_ref().filter(|value| is_kept(key, value));
        let body = kept.map(|value| value.json().as_bytes());
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
