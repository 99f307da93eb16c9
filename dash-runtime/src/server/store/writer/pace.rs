//! When is written, and when is flushed to the disk. Knows no clock, so tests run it in virtual time.
//!
//! What somebody waits for is written at once, and flushed soon. All else is merged as soon as it comes often: each write
//! costs its bytes, and each flush a few blocks of the disk, so a value that changes ten times a second would fill a disk
//! with what nobody reads.

use std::time::Duration;

use crate::server::store::Flush;

/// The shortest time between two writes of the same history.
const COLLECT: Duration = Duration::from_secs(2);

/// How long after a write of histories they are looked at again if no samples come, for what is too old.
const LOOK: Duration = Duration::from_secs(3600);

/// The time between two writes of values that nobody waits for, if they change continuously.
const MERGE: Duration = Duration::from_secs(1);

/// The same for what is quiet.
const QUIET: Duration = Duration::from_secs(2);

/// So many writes of values that nobody waits for come at once, after a pause.
const WRITES: u32 = 60;

/// So many flushes may come early, after a pause.
const EARLY: u32 = 150;

/// A flush that took some time is followed by at least this many times as long without one.
const REST: u32 = 10;

/// Times are those since the start of the program.
#[derive(Debug)]
pub(super) struct Pace {
    flush: Flush,
    writes: Bucket,
    early: Bucket,
    /// When values are written that nobody waits for, if there are some.
    write_at: Option<Duration>,
    /// The same for what is quiet, which is not written with each value that somebody waits for.
    quiet: Bucket,
    quiet_at: Option<Duration>,
    /// When new samples are written, or what is too old is removed. `None`: there are no histories.
    samples_at: Option<Duration>,
    /// When what was written since the last flush is flushed.
    flush_at: Option<Duration>,
    /// Whether that is for something that somebody was told of.
    is_early: bool,
    /// When the last flush has ended, and how long it took.
    flushed: Option<Duration>,
    took: Duration,
}

impl Pace {
    pub(super) fn new(flush: Flush) -> Self {
        let writes = Bucket { size: WRITES, every: MERGE, full_at: Duration::ZERO };
        let quiet = Bucket { size: WRITES, every: QUIET, full_at: Duration::ZERO };
        let early = Bucket { size: EARLY, every: flush.rest, full_at: Duration::ZERO };
        Self {
            flush,
            writes,
            early,
            write_at: None,
            quiet,
            quiet_at: None,
            samples_at: None,
            flush_at: None,
            is_early: false,
            flushed: None,
            took: Duration::ZERO,
        }
    }

    /// The next time at which there is something to do. `None`: not until there is something new.
    pub(super) fn next(&self) -> Option<Duration> {
        [self.write_at, self.quiet_at, self.samples_at, self.flush_at].into_iter().flatten().min()
    }

    /// Values have changed.
    pub(super) fn changed(&mut self, now: Duration) {
        self.write_at.get_or_insert(self.writes.next(now));
    }

    pub(super) fn is_write_due(&self, now: Duration) -> bool {
        self.write_at.is_some_and(|at| at <= now)
    }

    /// There is something new that is quiet.
    pub(super) fn quiet(&mut self, now: Duration) {
        self.quiet_at.get_or_insert(self.quiet.next(now));
    }

    pub(super) fn is_quiet_due(&self, now: Duration) -> bool {
        self.quiet_at.is_some_and(|at| at <= now)
    }

    /// What is quiet was written.
    pub(super) fn wrote_quiet(&mut self, now: Duration) {
        if self.quiet_at.take().is_some() {
            self.quiet.take(now);
            self.flush_by(self.earliest(self.flush.rest));
        }
    }

    /// All values were written, because somebody waits for them or because it was time.
    pub(super) fn wrote(&mut self, now: Duration, is_awaited: bool) {
        self.write_at = None;
        self.flush_by(self.earliest(self.flush.rest));
        if is_awaited {
            self.told(now);
        } else {
            self.writes.take(now);
        }
    }

    /// There was nothing to write: what had changed was written before.
    pub(super) const fn found_nothing(&mut self) {
        self.write_at = None;
    }

    /// Somebody is told that what was written is kept.
    pub(super) fn told(&mut self, now: Duration) {
        if self.flush_at.is_some() {
            self.is_early = true;
            self.flush_by(self.early.next(now).max(self.earliest(self.flush.commands)));
        }
    }

    /// There are new samples.
    pub(super) fn measured(&mut self, now: Duration) {
        let at = now + COLLECT;
        self.samples_at = Some(self.samples_at.map_or(at, |other| other.min(at)));
    }

    pub(super) fn are_samples_due(&self, now: Duration) -> bool {
        self.samples_at.is_some_and(|at| at <= now)
    }

    /// Samples that may not be on the disk were written once more.
    pub(super) fn wrote_again(&mut self) {
        self.flush_by(self.earliest(self.flush.rest));
    }

    /// All samples were written, if there were some.
    pub(super) fn wrote_samples(&mut self, now: Duration, were_some: bool) {
        self.samples_at = Some(now + LOOK);
        if were_some {
            self.flush_by(self.earliest(self.flush.rest));
        }
    }

    pub(super) fn is_flush_due(&self, now: Duration) -> bool {
        self.flush_at.is_some_and(|at| at <= now)
    }

    pub(super) const fn has_unflushed(&self) -> bool {
        self.flush_at.is_some()
    }

    /// What was written is flushed. It has begun at `begun`.
    pub(super) fn flushed(&mut self, begun: Duration, took: Duration) {
        if std::mem::take(&mut self.is_early) {
            self.early.take(begun);
        }
        (self.flush_at, self.flushed, self.took) = (None, Some(begun + took), took);
    }

    /// The earliest time of a flush, if two have this time between them.
    fn earliest(&self, between: Duration) -> Duration {
        self.flushed.map_or(Duration::ZERO, |last| last + between.max(self.took.saturating_mul(REST)))
    }

    fn flush_by(&mut self, at: Duration) {
        self.flush_at = Some(self.flush_at.map_or(at, |other| other.min(at)));
    }
}

/// What happens at most `size` times at once, and then once in `every`.
#[derive(Debug)]
struct Bucket {
    size: u32,
    every: Duration,
    /// When it is full again, if nothing is taken until then.
    full_at: Duration,
}

impl Bucket {
    /// The next time at which something can be taken.
    fn next(&self, now: Duration) -> Duration {
        now.max(self.full_at.saturating_sub(self.every.saturating_mul(self.size - 1)))
    }

    /// Takes one, also if it is empty.
    fn take(&mut self, now: Duration) {
        // Not more than one is owed, so that the next one never waits longer than `every`.
        let owed = now + self.every.saturating_mul(self.size);
        self.full_at = (self.full_at.max(now) + self.every).min(owed);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    /// What a run has cost.
    #[derive(Debug, Default)]
    struct Counts {
        writes: u32,
        flushes: u32,
        /// The longest times that something has waited: a value that nobody waits for until it was written, one that somebody
        /// waits for, and one that nobody waits for, until they were flushed after that.
        unwritten: Duration,
        told: Duration,
        rest: Duration,
    }

    /// A pace with its time. Each flush takes `took`.
    struct Run {
        pace: Pace,
        now: Duration,
        took: Duration,
        changed: Option<Duration>,
        told: Option<Duration>,
        rest: Option<Duration>,
        counts: Counts,
    }

    impl Run {
        fn new(took: Duration) -> Self {
            let (changed, told, rest) = (None, None, None);
            Self {
                pace: Pace::new(Flush::new()),
                now: Duration::ZERO,
                took,
                changed,
                told,
                rest,
                counts: Counts::default(),
            }
        }

        /// Lets the time pass until `until`.
        fn pass(&mut self, until: Duration) {
            while let Some(next) = self.pace.next().filter(|next| *next <= until) {
                self.now = self.now.max(next);
                if self.pace.is_write_due(self.now) {
                    self.write(false);
                }
                if self.pace.are_samples_due(self.now) {
                    self.pace.wrote_samples(self.now, true);
                    self.rest.get_or_insert(self.now);
                }
                if self.pace.is_flush_due(self.now) {
                    self.flush();
                }
            }
            self.now = self.now.max(until);
        }

        fn write(&mut self, is_awaited: bool) {
            self.counts.writes += 1;
            let changed = self.changed.take();
            if is_awaited {
                self.told.get_or_insert(self.now);
            } else {
                self.rest.get_or_insert(self.now);
                let waited = self.now - changed.unwrap();
                self.counts.unwritten = self.counts.unwritten.max(waited);
            }
            self.pace.wrote(self.now, is_awaited);
        }

        fn flush(&mut self) {
            self.counts.flushes += 1;
            self.pace.flushed(self.now, self.took);
            self.now += self.took;
            for (since, most) in [(&mut self.told, &mut self.counts.told), (&mut self.rest, &mut self.counts.rest)] {
                *most = since.take().map_or(*most, |since| (self.now - since).max(*most));
            }
        }

        /// A value changes, or one that somebody waits for, or a sample comes.
        fn event(&mut self, event: Event) {
            match event {
                Event::Change => {
                    self.changed.get_or_insert(self.now);
                    self.pace.changed(self.now);
                }
                Event::Command => {
                    self.pace.changed(self.now);
                    self.changed = None;
                    self.write(true);
                }
                Event::Sample => self.pace.measured(self.now),
            }
            self.pass(self.now);
        }
    }

    #[derive(Debug, Clone, Copy)]
    enum Event {
        Change,
        Command,
        Sample,
    }

    fn millis(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    /// One event in each `every`, for an hour.
    fn hour_of(event: Event, every: Duration) -> Counts {
        let mut run = Run::new(millis(5));
        while run.now < HOUR {
            run.event(event);
            run.pass(run.now + every);
        }
        run.counts
    }

    #[test]
    fn values_that_change_continuously_are_written_once_a_second_and_flushed_every_five() {
        let counts = hour_of(Event::Change, millis(5));
        assert!((3600..=3600 + WRITES).contains(&counts.writes), "{counts:?}");
        assert!((700..=725).contains(&counts.flushes), "{counts:?}");
        assert!(counts.unwritten <= MERGE && counts.rest <= millis(5_010), "{counts:?}");
    }

    #[test]
    fn a_value_that_changes_rarely_is_written_at_once() {
        let counts = hour_of(Event::Change, millis(1_500));
        assert_eq!((counts.writes, counts.unwritten), (2_400, Duration::ZERO));
    }

    #[test]
    fn what_a_person_does_is_flushed_within_200_ms() {
        // A slider that is dragged for 20 s, in each quarter of an hour.
        let mut run = Run::new(millis(5));
        for _ in 0..4 {
            let end = run.now + HOUR / 4;
            for _ in 0..400 {
                run.event(Event::Command);
                run.pass(run.now + millis(50));
            }
            run.pass(end);
        }
        assert!(run.counts.told <= millis(210), "{:?}", run.counts);
    }

    #[test]
    fn a_program_that_sends_commands_all_the_time_gets_a_flush_every_five_seconds() {
        let counts = hour_of(Event::Command, millis(50));
        assert!(counts.flushes <= 720 + EARLY && counts.told <= millis(5_010), "{counts:?}");
    }

    /// The thread may have written a value before anybody is told of it.
    #[test]
    fn what_somebody_is_told_of_after_it_was_written_is_flushed_within_200_ms() {
        let mut run = Run::new(millis(5));
        run.event(Event::Change);
        run.pass(millis(1_000));
        run.event(Event::Change);
        assert!(run.changed.is_none() && run.rest.is_some(), "it is written, and not flushed");
        run.told = run.rest.take();
        run.pace.told(run.now);
        run.pass(HOUR);
        assert!(run.counts.told > Duration::ZERO && run.counts.told <= millis(210), "{:?}", run.counts);
    }

    #[test]
    fn histories_are_looked_at_each_hour_also_if_no_samples_come() {
        let mut pace = Pace::new(Flush::new());
        assert_eq!(pace.next(), None, "without histories the thread sleeps");
        pace.measured(Duration::ZERO);
        pace.wrote_samples(COLLECT, false);
        assert_eq!(pace.next(), Some(COLLECT + HOUR));
        // A sample does not wait for that.
        pace.measured(HOUR / 2);
        assert_eq!(pace.next(), Some(HOUR / 2 + COLLECT));
    }

    #[test]
    fn samples_use_up_no_early_flush() {
        let mut run = Run::new(millis(5));
        let mut worst = Duration::ZERO;
        while run.now < HOUR {
            run.event(Event::Sample);
            run.pass(run.now + millis(100));
            if run.now.as_secs() % 60 == 59 {
                run.event(Event::Command);
                run.pass(run.now + millis(1_000));
                worst = worst.max(std::mem::take(&mut run.counts.told));
            }
        }
        assert!(worst <= millis(210), "{worst:?}");
    }

    #[test]
    fn a_slow_disk_has_at_most_a_tenth_of_the_time_for_flushes() {
        let mut run = Run::new(millis(800));
        while run.now < HOUR / 10 {
            run.event(Event::Command);
            run.pass(run.now + millis(100));
        }
        assert!(run.counts.flushes <= 360 * 1000 / 8_800 + 1, "{:?}", run.counts);
    }

    proptest! {
        /// Whatever comes when: nothing waits longer than was promised, and nothing is written more often.
        #[test]
        fn nothing_waits_too_long_and_nothing_comes_too_often(
            events in prop::collection::vec((0..3_u8, 0..3_000_u64, 1..60_u32), 1..60),
        ) {
            let mut run = Run::new(millis(3));
            let mut commands = 0;
            for (kind, gap, times) in events {
                let event = [Event::Change, Event::Command, Event::Sample][usize::from(kind)];
                for _ in 0..times {
                    commands += u32::from(kind == 1);
                    run.event(event);
                    run.pass(run.now + millis(gap / 10));
                }
                run.pass(run.now + millis(gap));
            }
            let end = run.now;
            run.pass(end + Duration::from_secs(20));
            prop_assert!(run.changed.is_none() && run.told.is_none() && run.rest.is_none(), "all is flushed in the end");
            let Counts { writes, flushes, unwritten, told, rest } = run.counts;
            let seconds = end.as_secs() as u32 + 1;
            // A flush may be under way.
            prop_assert!(unwritten <= MERGE + run.took, "{unwritten:?}");
            prop_assert!(told <= millis(5_010) && rest <= millis(5_010), "{told:?} {rest:?}");
            prop_assert!(writes - commands <= WRITES + seconds + 20);
            prop_assert!(flushes <= EARLY + 2 * (seconds + 25) / 5 + 2, "{flushes} in {seconds} s");
        }
    }
}
