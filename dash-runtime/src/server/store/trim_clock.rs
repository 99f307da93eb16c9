//! The clock by which histories forget.

use std::time::Duration;

use crate::server::history::{Dates, Micros};

/// The clock runs at most so many times as fast as time passes.
const RATE: Micros = 2;

/// The date by which samples are too old.
///
/// It follows the system's clock, but never hurries. A clock that somebody sets to another year, or that is wrong until
/// the network has told the time, would otherwise remove whole histories at once and for good. So an hour of a wrong clock
/// removes at most the oldest two hours. After a pause of the program the clock is behind by as long as the pause was,
/// and needs as long again to catch up. That costs nothing: in the pause no samples came.
///
/// The latest date that was believed never goes back. Otherwise one moment of a computer without a battery, whose clock is
/// in 1970 until the network has told the time, would keep all samples for years: that long the clock would need to catch up.
#[derive(Debug, Default)]
pub(super) struct TrimClock {
    latest: Option<Micros>,
    /// When it was asked last, by a clock that nobody can set.
    since: Option<Duration>,
}

impl TrimClock {
    /// The run of the program before has believed this date. Of several dates the latest counts, and none after the first
    /// question.
    pub(super) fn resume(&mut self, date: Micros) {
        if self.since.is_none() {
            self.latest = self.latest.max(Some(date));
        }
    }

    /// Whether it was asked before.
    pub(super) const fn is_running(&self) -> bool {
        self.since.is_some()
    }

    /// The dates of a write, `since` the start of the program and at this date of the system.
    pub(super) fn dates(&mut self, since: Duration, system: Micros) -> Dates {
        let passed = since.saturating_sub(self.since.unwrap_or(since));
        let passed = Micros::try_from(passed.as_micros()).unwrap_or(Micros::MAX);
        let latest = match self.latest {
            Some(latest) => latest.max(system.min(latest.saturating_add(passed.saturating_mul(RATE)))),
            None => system,
        };
        (self.latest, self.since) = (Some(latest), Some(since));
        Dates { now: system, trim: system.min(latest), latest }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Micros = 3_600_000_000;

    const fn hours(hours: u64) -> Duration {
        Duration::from_secs(hours * 3600)
    }

    impl TrimClock {
        fn date(&mut self, since: Duration, system: Micros) -> Micros {
            self.dates(since, system).trim
        }
    }

    #[test]
    fn it_follows_the_system() {
        let mut clock = TrimClock::default();
        for hour in 0..100 {
            assert_eq!(clock.date(hours(hour), 7 * HOUR + hour as Micros * HOUR), 7 * HOUR + hour as Micros * HOUR);
        }
    }

    #[test]
    fn a_clock_that_is_set_ahead_for_an_hour_moves_it_by_two() {
        let mut clock = TrimClock::default();
        assert_eq!(clock.date(hours(0), 100 * HOUR), 100 * HOUR);
        for minutes in 1..=60 {
            let since = Duration::from_secs(minutes * 60);
            assert_eq!(clock.date(since, 90_000 * HOUR), 100 * HOUR + minutes as Micros * HOUR / 30);
        }
        // Somebody has set it right.
        assert_eq!(clock.date(hours(1), 101 * HOUR), 101 * HOUR);
    }

    #[test]
    fn a_clock_that_is_set_back_sets_it_back() {
        let mut clock = TrimClock::default();
        clock.date(hours(0), 100 * HOUR);
        assert_eq!(clock.date(hours(1), 50 * HOUR), 50 * HOUR);
        assert_eq!(clock.date(hours(2), 51 * HOUR), 51 * HOUR);
    }

    #[test]
    fn fault_a_moment_in_1970_kept_all_samples_for_fifty_years() {
        let mut clock = TrimClock::default();
        clock.resume(500_000 * HOUR);
        assert_eq!(clock.date(hours(0), 7 * HOUR), 7 * HOUR);
        assert_eq!(clock.dates(hours(1), 8 * HOUR).latest, 500_000 * HOUR, "and the next run knows it");
        // The network has told the time.
        assert_eq!(clock.date(hours(2), 500_002 * HOUR), 500_002 * HOUR);
    }

    #[test]
    fn a_restart_does_not_believe_the_clock_at_once() {
        let mut clock = TrimClock::default();
        clock.resume(40 * HOUR);
        clock.resume(100 * HOUR);
        clock.resume(70 * HOUR);
        // The program was off for 30 hours, or the clock is wrong.
        assert_eq!(clock.date(hours(0), 130 * HOUR), 100 * HOUR);
        assert_eq!(clock.date(hours(10), 140 * HOUR), 120 * HOUR);
        assert_eq!(clock.date(hours(29), 159 * HOUR), 158 * HOUR);
        assert_eq!(clock.date(hours(30), 160 * HOUR), 160 * HOUR);
        assert_eq!(clock.date(hours(40), 170 * HOUR), 170 * HOUR);
        clock.resume(90_000 * HOUR);
        assert_eq!(clock.date(hours(41), 171 * HOUR), 171 * HOUR, "the system was asked already");
    }
}
